// What lies over the page.
export const panels = $state({ nav: false, palette: false, help: false });
