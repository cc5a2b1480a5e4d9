// A model's text on the page: built from nodes, never from markup.
import { blocksOf, type Block, type Span } from './markdown.ts';

export function AnswerText({ text }: { readonly text: string }) {
  return (
    <div class="answer" dir="auto">
      {blocksOf(text).map((block, index) => (
        <BlockText key={index} block={block} />
      ))}
    </div>
  );
}

function BlockText({ block }: { readonly block: Block }) {
  if (block.is !== 'list') {
    return (
      <p class={block.is === 'heading' ? 'answer-heading' : ''}>
        {block.lines.map((line, index) => (
          <Line key={index} spans={line} isFirst={index === 0} />
        ))}
      </p>
    );
  }
  const items = block.items.map((item, index) => (
    <li key={index}>
      <Line spans={item} isFirst />
    </li>
  ));
  return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

function Line({ spans, isFirst }: { readonly spans: readonly Span[]; readonly isFirst: boolean }) {
  return (
    <>
      {!isFirst && <br />}
      {spans.map(({ text, isBold }, index) => (isBold ? <strong key={index}>{text}</strong> : text))}
    </>
  );
}
