package network.assay.testchain.bench.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import network.assay.coordinator.match.HardwareAsk;
import network.assay.coordinator.match.Moment;
import network.assay.coordinator.match.OfferBook;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Request;
import network.assay.coordinator.match.Tee;
import network.assay.testchain.devnet.DevnetException;

/**
 * Arrivals of real LLM requests (Azure's public data set of 2023, CC BY 4.0), an hour of one
 * service. When each came and how many tokens it took is real; what card it would ask and how long
 * a token takes is assumed: one with 24 GiB, 2,000 tokens a second in, 30 out.
 */
final class AzureTrace {
  private static final int ROWS_MAX = 1_000_000;

  /** The service's hour in these seconds: thousands of services like it at once. */
  private static final int COMPRESSION = 100;

  private AzureTrace() {}

  private record Arrival(long ms, long lastsMs) {}

  private record Ends(long ms, OfferView offer, Request request) implements Comparable<Ends> {
    @Override
    public int compareTo(Ends other) {
      return Long.compare(ms, other.ms);
    }
  }

  /** What a replay came to. */
  record Result(long arrivals, long placed, long refused, long mostAtOnce, Samples samples) {}

  /** The folder of the traces, beside or above the checkout. */
  static Optional<Path> find(Path home) {
    for (Path at = home.toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared").resolve("data").resolve("azure-llm");
      if (Files.isDirectory(folder)) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  static Result replay(Path file, List<OfferView> fleet) {
    OfferBook book = new OfferBook();
    fleet.forEach(book::put);
    HardwareAsk ask = new HardwareAsk(Set.of(), 1, 24L << 30, Long.MAX_VALUE, 80, Tee.NONE);
    PriorityQueue<Ends> running = new PriorityQueue<>();
    Samples samples = new Samples();
    long placed = 0;
    long most = 0;
    List<Arrival> arrivals = read(file);
    for (Arrival arrival : arrivals) {
      while (!running.isEmpty() && running.element().ms() <= arrival.ms()) {
        Ends ended = running.remove();
        book.release(ended.offer(), ended.request());
      }
      Request request = Workload.request(ask, 3_000_000, Math.max(10, arrival.lastsMs() / 1_000));
      long start = System.nanoTime();
      boolean found =
          book.take(request, 0, new Moment(1_000, arrival.ms()))
                  instanceof Match(OfferView offer, _)
              && running.add(new Ends(arrival.ms() + arrival.lastsMs(), offer, request));
      samples.add(System.nanoTime() - start);
      placed += found ? 1 : 0;
      most = Math.max(most, running.size());
    }
    return new Result(arrivals.size(), placed, arrivals.size() - placed, most, samples);
  }

  private static List<Arrival> read(Path file) {
    try (BufferedReader in = Files.newBufferedReader(file, UTF_8)) {
      List<Arrival> out = new ArrayList<>();
      LocalDateTime first = null;
      in.readLine();
      for (String line = in.readLine();
          line != null && out.size() < ROWS_MAX;
          line = in.readLine()) {
        String[] cells = line.split(",", -1);
        LocalDateTime at = LocalDateTime.parse(cells[0].replace(' ', 'T'));
        first = first == null ? at : first;
        long lastsMs = Long.parseLong(cells[1]) / 2 + Long.parseLong(cells[2]) * 1_000 / 30;
        out.add(new Arrival(Duration.between(first, at).toMillis() / COMPRESSION, lastsMs));
      }
      return out;
    } catch (IOException | RuntimeException e) {
      throw new DevnetException("cannot read the trace " + file + ": " + e.getMessage());
    }
  }
}
