// What the browser loads for the public page.
import { PageAge } from '../elements/page-age.ts';

customElements.define('page-age', PageAge);
