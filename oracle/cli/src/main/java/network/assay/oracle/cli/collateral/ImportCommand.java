package network.assay.oracle.cli.collateral;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import network.assay.oracle.collateral.CollateralCache;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralFiles;
import network.assay.oracle.collateral.CollateralItem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Everything is read and checked before anything is kept: a bad file leaves the cache as it was.
 */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Takes bundles, loose files or folders of both into the cache.",
      "Hashes and bounds of a bundle are checked before anything of it is kept. Vendors' signatures are"
          + " checked whenever an item is used."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything that was named is in the cache",
      "3:a file is unusable; nothing was taken"
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacheOptions options = new CacheOptions();

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "bundles, files, folders")
  private List<Path> paths = List.of();

  @Override
  public Integer call() {
    Instant now = Instant.now();
    try (CollateralCache cache = options.open()) {
      List<CollateralItem> items = new ArrayList<>();
      List<String> notes = new ArrayList<>();
      for (Path path : paths) {
        CollateralFiles.Read read = CollateralFiles.read(path, now);
        items.addAll(read.items());
        read.leftOut().forEach(why -> notes.add("left out: " + why));
      }
      List<CollateralCache.Entry> kept = new ArrayList<>();
      items.forEach(item -> kept.add(cache.put(item, now)));
      options.print(spec.commandLine().getOut(), kept, notes, now);
      return CacheOptions.DONE;
    } catch (CollateralException e) {
      spec.commandLine().getErr().println("unusable: " + e.getMessage());
      return CacheOptions.UNUSABLE;
    }
  }
}
