// The reader of a multipart stream.

// Input reads lines and numbers of bytes from a response body, and calls heard when some
// have come. Both methods return undefined at its end.
export class Input {
  constructor(body, heard) {
    this.reader = body.getReader();
    this.heard = heard;
    this.chunk = new Uint8Array();
    this.at = 0;
  }

  async more() {
    while (this.at === this.chunk.length) {
      const { done, value } = await this.reader.read();
      if (done) return false;
      [this.chunk, this.at] = [value, 0];
      this.heard();
    }
    return true;
  }

  async line() {
    let text = "";
    while (await this.more()) {
      const byte = this.chunk[this.at++];
      if (byte === 10) return text.trimEnd();
      text += String.fromCharCode(byte);
      if (text.length > 1000) throw new Error("not a multipart stream");
    }
  }

  async bytes(count) {
    const all = new Uint8Array(count);
    for (let have = 0; have < count; ) {
      if (!(await this.more())) return undefined;
      const piece = this.chunk.subarray(this.at, this.at + count - have);
      all.set(piece, have);
      have += piece.length;
      this.at += piece.length;
    }
    return all;
  }
}

const known = /^(content-length|x-timestamp): *([\d.]{1,20})$/i;

// pictures yields the parts of a multipart stream: the JPEG of each, and when it was taken
// in seconds since 1970. Each has a Content-Length, so there is no need to search for the
// boundaries.
export async function* pictures(body, heard) {
  const input = new Input(body, heard);
  for (;;) {
    const header = {};
    for (let line; line !== "" || !header["content-length"]; ) {
      line = await input.line();
      if (line === undefined) return;
      const found = known.exec(line);
      if (found) header[found[1].toLowerCase()] = Number(found[2]);
    }
    const jpeg = await input.bytes(header["content-length"]);
    if (!jpeg) return;
    yield { jpeg, taken: header["x-timestamp"] };
  }
}
