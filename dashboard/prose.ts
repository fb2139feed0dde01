// What people write, as a page shows it: paragraphs, lists, emphasis, code and links. It becomes nodes of templates, never a
// string of HTML: whatever else it holds is text.
import { html } from '@lit-labs/ssr';
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

const markdown = new MarkdownIt('zero', { html: false, linkify: false }).enable([
  'backticks',
  'emphasis',
  'escape',
  'link',
  'list',
  'newline',
]);
markdown.validateLink = (url) => /^https?:\/\//i.test(url);

/** A node, or text. */
type Node = ReturnType<typeof html> | string;

export const prose = (text: string): readonly Node[] => nodesOf(markdown.parse(text, {}));

const nodesOf = (tokens: readonly Token[]): readonly Node[] => {
  const nodes: Node[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) continue;
    const end = token.nesting === 1 ? endOf(tokens, at) : at;
    nodes.push(...nodesOfToken(token, tokens.slice(at + 1, end)));
    at = end;
  }
  return nodes;
};

/** Where what begins at `at` is closed. */
const endOf = (tokens: readonly Token[], at: number): number => {
  let depth = 0;
  for (let end = at; end < tokens.length; end++) {
    depth += tokens[end]?.nesting ?? 0;
    if (depth === 0) return end;
  }
  return tokens.length;
};

const nodesOfToken = (token: Token, inside: readonly Token[]): readonly Node[] => {
  const content = () => nodesOf(inside);
  switch (token.type) {
    case 'inline':
      return nodesOf(token.children ?? []);
    case 'paragraph_open':
      return token.hidden ? content() : [html`<p>${content()}</p>`];
    case 'bullet_list_open':
      return [
        html`<ul>
          ${content()}
        </ul>`,
      ];
    case 'ordered_list_open':
      return [
        html`<ol>
          ${content()}
        </ol>`,
      ];
    case 'list_item_open':
      return [html`<li>${content()}</li>`];
    case 'strong_open':
      return [html`<strong>${content()}</strong>`];
    case 'em_open':
      return [html`<em>${content()}</em>`];
    case 'code_inline':
      return [html`<code>${token.content}</code>`];
    case 'link_open':
      return [html`<a href=${String(token.attrGet('href'))} rel="noopener nofollow">${content()}</a>`];
    case 'hardbreak':
      return [html`<br />`];
    case 'softbreak':
      return [' '];
    default:
      return [token.content];
  }
};
