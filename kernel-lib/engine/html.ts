/** Text as it may stand in HTML, between tags and in attributes. */
export const escapeHTML = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
