import * as vscode from 'vscode';

/** The panel's page: no content of the file, one script by nonce, one style sheet, and nothing else may load. */
export function panelHtml(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = globalThis.crypto.randomUUID().replaceAll('-', '');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The nonce is for the controls' library, which tries its selectors on a style element of its own.
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta property="csp-nonce" content="${nonce}" />
    <meta name="viewport" content="width=device-width, initial-scale=1.0" />
    <link rel="stylesheet" href="${style}" />
    <title>Gradient Inspector</title>
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}

/** The page for a file that is no network: words alone, nothing may load or run. */
export function noNetworkHtml(): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'" />
    <title>Gradient Inspector</title>
  </head>
  <body>
    <p>Gradient Inspector opens <code>.nn.json</code> files.</p>
  </body>
</html>`;
}
