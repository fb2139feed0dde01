// What the browser loads for the page of the alerts.
import { LiveBoard } from '../elements/live-board.ts';

customElements.define('live-board', LiveBoard);
