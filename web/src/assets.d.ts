// Styles are imported for their effect: esbuild gathers them into the page's style sheet.
declare module "*.css";
