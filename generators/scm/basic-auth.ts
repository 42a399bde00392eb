/** The header of HTTP's Basic scheme, and what of it must not be shown. */
export function basicAuth(user: string, password: string): { readonly header: string; readonly secrets: string[] } {
  const encoded = Buffer.from(`${user}:${password}`).toString("base64");
  return { header: `Basic ${encoded}`, secrets: [encoded, password] };
}
