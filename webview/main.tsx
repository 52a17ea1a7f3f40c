import './style/panel.css';
import { vsCodeEnvironment } from './transport';
import { start } from './start';

const root = document.getElementById('root');
if (root) start(root, vsCodeEnvironment());
