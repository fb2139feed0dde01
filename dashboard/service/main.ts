// What the browser loads for the page of a service, beside what every page has.
import { SmokeChart } from '../elements/smoke-chart.ts';

customElements.define('smoke-chart', SmokeChart);
