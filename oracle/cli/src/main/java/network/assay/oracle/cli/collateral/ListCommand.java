package network.assay.oracle.cli.collateral;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import network.assay.oracle.collateral.CollateralCache;
import network.assay.oracle.collateral.CollateralException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is there, and for how long it holds. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "What is in the cache, and for how long it holds.")
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacheOptions options = new CacheOptions();

  @Option(
      names = "--at",
      paramLabel = "UNIX_SECONDS",
      description = "the time to judge validity by; default: now")
  private @Nullable Long at;

  @Override
  public Integer call() {
    Instant time = at == null ? Instant.now() : Instant.ofEpochSecond(at);
    try (CollateralCache cache = options.open()) {
      options.print(spec.commandLine().getOut(), cache.list(), List.of(), time);
      return CacheOptions.DONE;
    } catch (CollateralException e) {
      spec.commandLine().getErr().println("unusable: " + e.getMessage());
      return CacheOptions.UNUSABLE;
    }
  }
}
