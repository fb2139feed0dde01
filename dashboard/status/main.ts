// What the browser loads for the public page.
import { DayBars } from '../elements/day-bars.ts';
import { PageAge } from '../elements/page-age.ts';

customElements.define('day-bars', DayBars);
customElements.define('page-age', PageAge);
