/**
 * Matches a decoded path against a route as API Gateway writes it: `{name}` takes one segment, `{name+}` the rest.
 *
 * @returns the parameters by name, or undefined when it does not fit
 */
export function matchPath(route: string, path: string): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  const wanted = route.split("/");
  const given = path.split("/");
  for (const [index, segment] of wanted.entries()) {
    const name = /^\{([^+}]+)(\+?)\}$/.exec(segment);
    if (name?.[2] === "+") {
      const rest = given.slice(index).join("/");
      return rest === "" ? undefined : { ...parameters, [name[1] ?? ""]: rest };
    }
    const value = given[index];
    if (value === undefined || (name === null ? value !== segment : value === "")) return undefined;
    if (name !== null) parameters[name[1] ?? ""] = value;
  }
  return given.length === wanted.length ? parameters : undefined;
}
