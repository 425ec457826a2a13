/** The look of the ready-made widgets; colours are the page's own, so that it fits a light and a dark one. */
export const CONTROL_CSS = `
.recursivemas-control {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.75em;
  padding: 4px 0;
  font: 13px/1.5 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, inherit);
}
.recursivemas-control label { min-width: 6em; }
.recursivemas-control input {
  width: 16em;
  max-width: 100%;
  margin: 0;
  accent-color: var(--jp-brand-color1, #1976d2);
}
.recursivemas-control select {
  font: inherit;
  color: inherit;
  background: var(--jp-layout-color1, transparent);
  border: 1px solid var(--jp-border-color1, currentColor);
  border-radius: 3px;
  padding: 2px 6px;
}
.recursivemas-control input:focus-visible,
.recursivemas-control select:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2);
  outline-offset: 2px;
}
.recursivemas-control output { min-width: 3em; font-variant-numeric: tabular-nums; }
`;
