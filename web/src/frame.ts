// What every page does: theme, clock, menus, CSRF for htmx, questions before consequential acts.
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/cases.css";
import "./styles/notices.css";
import "./styles/plans.css";
import "./styles/rosters.css";
import "./styles/duty.css";
import "./styles/components.css";
import "./styles/orders.css";
import "./styles/objects.css";
import { showChosenFields } from "./chosen";
import { startClock } from "./clock";
import { askBeforeSubmitting, closeMenusOutside, copyOnClick, sendCsrfWithHtmx } from "./forms";
import { watchNotices } from "./notices";
import { offerPush } from "./push";
import { switchTheme } from "./theme";

switchTheme();
startClock();
sendCsrfWithHtmx();
askBeforeSubmitting();
closeMenusOutside();
copyOnClick();
watchNotices();
offerPush();
showChosenFields();
