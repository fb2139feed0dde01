// What the browser loads for the page of the alerts.
// What both pages have in common then comes in the script of the public one, and needs no request of its own there.
import '../status/main.ts';
import { LiveBoard } from '../elements/live-board.ts';

customElements.define('live-board', LiveBoard);
