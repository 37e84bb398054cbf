/** What a browser made of one output in one context. */
export interface Finding {
  readonly id: string;
  readonly context: string;
  readonly fault: string;
}

/**
 * Loads each output in the contexts that a consumer would use, and says what is wrong with what the browser makes of it.
 *
 * It runs in the page, so it may use nothing from outside of itself. Whoever calls it listens for dialogs and requests.
 */
export async function inspectOutputs(outputs: readonly { id: string; html: string }[]): Promise<Finding[]> {
  // The page is a browser's; the types of the project are Node's.
  // biome-ignore lint/suspicious/noExplicitAny: no DOM types here.
  const page = globalThis as any;
  const { document } = page;
  const findings: Finding[] = [];
  const rawTextWrappers = ["textarea", "title", "xmp", "style", "noscript", "noembed", "noframes", "iframe"];
  const otherWrappers = ["svg", "math", "table", "select", "p", "button", "a", "ruby", "form"];
  const forbidden =
    "script,style,iframe,frame,object,embed,form,input,button,select,textarea,svg,math,template,base,meta,link,video,audio,noscript";

  for (const { id, html } of outputs) {
    const report = (context: string, fault: string): void => {
      findings.push({ id, context, fault });
    };
    // biome-ignore lint/suspicious/noExplicitAny: no DOM types here.
    const inspect = (context: string, root: any): void => {
      for (const element of root.querySelectorAll("*")) {
        for (const attribute of element.attributes) {
          if (attribute.name.startsWith("on")) report(context, `a handler stands: ${attribute.name}`);
          if (["style", "id", "name", "class"].includes(attribute.name)) report(context, `${attribute.name} stands`);
        }
        for (const name of ["href", "src"]) {
          const address: unknown = element[name];
          if (typeof address === "string" && /^(?:javascript|data|vbscript|blob|file):/i.test(address)) {
            report(context, `${name} is ${address}`);
          }
        }
      }
      if (root.querySelector(forbidden)) report(context, `an element stands: ${root.querySelector(forbidden).tagName}`);
    };

    const holder = document.createElement("div");
    document.body.append(holder);
    holder.innerHTML = html;
    if (holder.innerHTML !== html) report("div", `serialized as ${holder.innerHTML}`);
    inspect("div", holder);

    const second = document.createElement("div");
    document.body.append(second);
    second.innerHTML = holder.innerHTML;
    if (second.innerHTML !== html) report("second round trip", `serialized as ${second.innerHTML}`);
    inspect("second round trip", second);

    const template = document.createElement("template");
    template.innerHTML = html;
    if (template.innerHTML !== html) report("template", `serialized as ${template.innerHTML}`);
    document.body.append(template.content.cloneNode(true));

    for (const [context, prefix] of [
      ["document", "<!doctype html><html><head></head><body>"],
      ["document without body tag", "<!doctype html>"],
      ["quirks", ""],
    ]) {
      const parsed = new page.DOMParser().parseFromString(prefix + html, "text/html");
      if (parsed.body.innerHTML !== html) report(context ?? "", `serialized as ${parsed.body.innerHTML}`);
      inspect(context ?? "", parsed);
    }

    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.open();
    frame.contentDocument.write(`<!doctype html><body>${html}`);
    frame.contentDocument.close();
    if (frame.contentDocument.body.innerHTML !== html) report("written document", "serialized otherwise");
    inspect("written document", frame.contentDocument);

    // Text that was meant to be shown as text must stay text: nothing of it gets out of an element of raw text.
    for (const name of rawTextWrappers) {
      const parsed = new page.DOMParser().parseFromString(`<body><${name}>${html}</${name}><i></i>`, "text/html");
      const wrapper = parsed.querySelector(name);
      const escaped = [...parsed.querySelectorAll("*")].some(
        (element) =>
          !wrapper.contains(element) && !["HTML", "HEAD", "BODY", "I"].includes(element.tagName) && element !== wrapper,
      );
      if (escaped && name !== "noscript") report(name, "something escapes");
    }
    const commented = new page.DOMParser().parseFromString(`<body><!--${html}--><i></i>`, "text/html");
    if (commented.body.childNodes.length !== 2) report("comment", "something escapes");

    for (const name of otherWrappers) {
      const wrapper = document.createElement("div");
      document.body.append(wrapper);
      wrapper.innerHTML = `<${name}>${html}</${name}>`;
      for (const element of wrapper.querySelectorAll("*")) {
        for (const attribute of element.attributes) {
          if (attribute.name.startsWith("on")) report(name, `a handler stands: ${attribute.name}`);
        }
      }
      if (wrapper.querySelector("script,style,iframe,object,embed")) report(name, "an element stands");
    }
    document.body.replaceChildren();
  }
  // Handlers of images that fail run later.
  await new Promise((resolve) => page.setTimeout(resolve, 50));
  return findings;
}
