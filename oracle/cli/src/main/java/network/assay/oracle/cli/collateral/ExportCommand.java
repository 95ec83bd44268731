package network.assay.oracle.cli.collateral;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import network.assay.oracle.collateral.CollateralBundle;
import network.assay.oracle.collateral.CollateralCache;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes one bundle. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes what is in the cache into one file for a verifier without a network.")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacheOptions options = new CacheOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "the bundle to write")
  private Path out = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "UNIX_SECONDS",
      description = "only what holds at this time; default: everything")
  private @Nullable Long at;

  @Override
  public Integer call() {
    try (CollateralCache cache = options.open()) {
      List<CollateralCache.Entry> chosen =
          cache.list().stream()
              .filter(entry -> at == null || entry.validity().covers(Instant.ofEpochSecond(at)))
              .toList();
      List<CollateralItem> items = new ArrayList<>();
      chosen.forEach(entry -> cache.read(entry).ifPresent(items::add));
      CollateralBundle.write(out.toAbsolutePath(), items);
      Instant shown = at == null ? Instant.now() : Instant.ofEpochSecond(at);
      options.print(spec.commandLine().getOut(), chosen, List.of("wrote " + out), shown);
      return CacheOptions.DONE;
    } catch (CollateralException e) {
      spec.commandLine().getErr().println("unusable: " + e.getMessage());
      return CacheOptions.UNUSABLE;
    }
  }
}
