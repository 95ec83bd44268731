package network.assay.testchain.devnet;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;

/** What happened, read back from the chain's logs alone: nobody's word for it. */
public final class ChainStory {
  private static final int BLOCKS_EACH = 2_000;

  private final RpcEndpoints rpc;
  private final AssayContracts contracts;
  private final Map<Long, JobLine> jobs = new LinkedHashMap<>();
  private final List<AssayEvent.JobSlashed> slashes = new ArrayList<>();
  private final Map<String, List<AssayEvent>> byTransaction = new LinkedHashMap<>();

  /** One job id. */
  public static final class JobLine {
    public final long jobId;
    public final Bytes32 orderHash;
    public final int attempt;
    public BigInteger amount;
    public Address provider = Address.ZERO;
    public int verdict;
    public BigInteger paid = BigInteger.ZERO;
    public BigInteger refunded = BigInteger.ZERO;
    public int reports;

    JobLine(AssayEvent.JobFunded funded) {
      jobId = funded.jobId();
      orderHash = funded.orderHash();
      attempt = funded.attempt();
      amount = funded.amount();
    }

    JobLine(AssayEvent.JobOpened opened) {
      jobId = opened.jobId();
      orderHash = opened.orderHash();
      attempt = 1;
      amount = opened.price();
      provider = opened.provider();
    }
  }

  private ChainStory(RpcEndpoints rpc, AssayContracts contracts) {
    this.rpc = rpc;
    this.contracts = contracts;
  }

  public static ChainStory read(RpcEndpoints rpc, AssayContracts contracts) {
    ChainStory story = new ChainStory(rpc, contracts);
    long head = rpc.read("head", node -> node.headNumber());
    List<String> sources =
        contracts.deployment().eventSources().stream().map(Address::hex).toList();
    for (long from = contracts.deployment().deployBlock(); from <= head; from += BLOCKS_EACH) {
      long first = from;
      long last = Math.min(head, from + BLOCKS_EACH - 1);
      rpc.read("logs", node -> node.logs(first, last, sources)).forEach(story::tell);
    }
    return story;
  }

  private void tell(ChainLog log) {
    Optional<AssayEvent> decoded = contracts.events().decode(log);
    if (decoded.isEmpty()) {
      return;
    }
    byTransaction
        .computeIfAbsent(log.transactionHash(), hash -> new ArrayList<>())
        .add(decoded.get());
    switch (decoded.get()) {
      case AssayEvent.JobFunded e -> jobs.put(e.jobId(), new JobLine(e));
      case AssayEvent.JobOpened e -> jobs.put(e.jobId(), new JobLine(e));
      case AssayEvent.JobAssigned e -> {
        job(e.jobId()).provider = e.provider();
        job(e.jobId()).amount = e.price();
      }
      case AssayEvent.JobReported e -> {
        JobLine job = job(e.jobId());
        job.verdict = e.code();
        job.paid = e.paid();
        job.refunded = job.refunded.add(job.amount.subtract(e.paid()));
        job.reports++;
      }
      case AssayEvent.JobRefunded e ->
          job(e.jobId()).refunded = job(e.jobId()).refunded.add(e.amount());
      case AssayEvent.JobSlashed e -> slashes.add(e);
      default -> {}
    }
  }

  /**
   * A log of a job whose funding is not among the logs would mean that the deployment began later
   * than it says.
   */
  private JobLine job(long jobId) {
    return Objects.requireNonNull(jobs.get(jobId), "a job without JobFunded or JobOpened");
  }

  public List<JobLine> jobs() {
    return List.copyOf(jobs.values());
  }

  public List<AssayEvent.JobSlashed> slashes() {
    return List.copyOf(slashes);
  }

  /**
   * Median whole-transaction gas by operation; an operation is known by the events that it left.
   */
  public Map<String, Long> gas() {
    Map<String, List<Long>> all = new TreeMap<>();
    byTransaction.forEach((hash, events) -> {
      Optional<String> operation = operation(events);
      operation
          .flatMap(name -> rpc.read("receipt", node -> node.receipt(hash)))
          .ifPresent(r ->
              all.computeIfAbsent(operation.get(), name -> new ArrayList<>()).add(r.gasUsed()));
    });
    return all.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e -> e.getValue().stream().sorted().toList().get(e.getValue().size() / 2),
                (a, b) -> a,
                TreeMap::new));
  }

  private static Optional<String> operation(List<AssayEvent> events) {
    List<String> names = events.stream().map(e -> e.getClass().getSimpleName()).distinct().toList();
    Map<String, String> known = new LinkedHashMap<>();
    known.put("ReportAccepted", "settle");
    known.put("JobSlashed", "slash");
    known.put("Claimed", "claim");
    known.put("JobAccepted", "accept");
    known.put("JobOpened", "open_accepted");
    known.put("JobExpired", names.contains("JobFunded") ? "retry" : "expire");
    known.put("JobFunded", names.contains("JobAssigned") ? "open" : "fund");
    known.put("JobAssigned", "join");
    known.put("DeviceRegistered", "register_device");
    return known.entrySet().stream()
        .filter(e -> names.contains(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
