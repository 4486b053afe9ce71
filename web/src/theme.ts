/** `<button data-theme-switch>`: dark or light, kept in a cookie so that the server draws the next page in it at once. */
export function switchTheme(): void {
  document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
    const root = document.documentElement;
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme);
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `tocsin_theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
    document.dispatchEvent(new CustomEvent("tocsin:theme", { detail: theme }));
  });
}

/** The value of a custom property of the theme in force, for what CSS can't reach: the map and the charts. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
