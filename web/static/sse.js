// Server-sent events over fetch(): EventSource can't send the token in a header.

/**
 * Yields `{event, data}` of each event in a response's body, and `{}` for each comment (the server's sign of life).
 * Ends when the stream ends; throws what reading throws.
 */
export async function* readEvents(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).replace(/\r/g, "").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) yield readBlock(block);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readBlock(block) {
  const found = { data: [] };
  for (const line of block.split("\n")) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) || [];
    if (field === "data") found.data.push(value);
    else if (field === "event") found.event = value;
  }
  return found.data.length || found.event ? { event: found.event || "message", data: found.data.join("\n") } : {};
}
