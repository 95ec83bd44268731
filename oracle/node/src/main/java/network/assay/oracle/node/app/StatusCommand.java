package network.assay.oracle.node.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import network.assay.contracts.service.Json;
import network.assay.contracts.wire.StatusQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how the running node does. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows how the running node does; ends with 0 only when it is UP.")
public final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", required = true, description = "the node's configuration, JSON")
  private Path config = Path.of("");

  @Option(names = "--json", description = "for programs")
  private boolean json;

  @Override
  public Integer call() {
    HealthController.View view =
        HealthController.View.of(
            LocalNode.ask(config, node -> node.getStatus(StatusQuery.getDefaultInstance())));
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(Json.writePretty(view));
    } else {
      out.println(view.health() + "  oracle " + view.oracle());
      view.reasons().forEach(reason -> out.println("  " + reason));
      out.println(
          "  epoch "
              + view.epoch()
              + ", height "
              + view.height()
              + ", round "
              + view.round()
              + ", "
              + view.peersConnected()
              + " peers, block "
              + view.chainBlock());
    }
    out.flush();
    return view.health().equals("UP") ? 0 : 1;
  }
}
