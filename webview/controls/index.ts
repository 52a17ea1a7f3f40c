/** The panel's controls. Nothing outside of this folder knows which library draws them. */
export { Button, IconButton } from './button';
export { Choice } from './choice';
export { Dropdown, TextField } from './field';
export { Icon } from './icon';
export { MenuButton } from './menu';
export { NumberField } from './numberField';
export { Slider } from './slider';
export { Splitter } from './splitter';
export { Stepper } from './stepper';
export { Tabs } from './tabs';
export { registerControls } from './toolkit';
