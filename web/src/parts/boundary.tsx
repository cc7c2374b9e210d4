// A part of the page that may fail to draw: what went wrong stands in its place, and the rest of the page goes on.
// Going elsewhere, or asking for something else, tries again.
import { Component, type ComponentChildren } from "preact";
import { t } from "../i18n";

interface Props {
  where: string; // what is shown; another value tries again
  children: ComponentChildren;
}
interface State {
  problem: string;
  where: string;
}
export class Boundary extends Component<Props, State> {
  override state = { problem: "", where: this.props.where };
  static override getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.where === state.where ? null : { problem: "", where: props.where };
  }
  override componentDidCatch(error: unknown) {
    this.setState({ problem: String((error as Error)?.message ?? error) });
  }
  override render() {
    if (!this.state.problem) return this.props.children;
    return (
      <div class="problem" role="alert">
        <p>
          <b>{t("app.broken")}</b> {this.state.problem}
        </p>
        <button type="button" onClick={() => this.setState({ problem: "" })}>
          {t("app.retry")}
        </button>
      </div>
    );
  }
}
