package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.SettlementCalls.Settled;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.store.Call;

/**
 * A market in memory for tests of what we decide: it keeps states, lets one refuse by name, and
 * counts what was executed. What the true market accepts is tested against the true market.
 */
public final class FakeChain implements Chain, Sender {
  static final Bytes32 CLASS = TestParties.DEVICE_CLASS;

  public long nowS = 1_000_000;
  public boolean paused;
  public boolean unavailable;
  public final Map<Long, JobState> states = new HashMap<>();
  public final Map<Address, BigInteger> balances = new HashMap<>();
  public final Map<Address, Device> devices = new HashMap<>();
  public final Map<Address, BigInteger> claimable = new HashMap<>();
  public final Map<Address, Integer> active = new HashMap<>();
  public final Set<Bytes32> usedNonces = new HashSet<>();
  public final Map<Address, String> revertsFor = new HashMap<>();
  public Optional<String> revert = Optional.empty();

  /** Executed transactions, as kind/… text. */
  public final List<String> executed = new ArrayList<>();

  /** The sender's journal: what a key came to. */
  public Map<String, Sent> journal = new HashMap<>();

  public Optional<Failed> refuseNext = Optional.empty();
  public boolean swallow;
  public final AtomicInteger reads = new AtomicInteger();

  private static final Deployment DEPLOYMENT =
      new Deployment(
          31337,
          0,
          TestParties.address(0xa7),
          "Test Dollar",
          "1",
          TestParties.address(0xa6),
          TestParties.address(0xa3),
          TestParties.address(0xa4),
          TestParties.address(0xa5),
          TestParties.address(0xa1),
          TestParties.address(0xa2));

  @Override
  public Deployment deployment() {
    return DEPLOYMENT;
  }

  @Override
  public Bounds bounds() {
    return new Bounds(100, 60, 30, 5, 3_600, 86_400, 5);
  }

  @Override
  public Address self() {
    return TestParties.COORDINATOR.address();
  }

  @Override
  public long nowS() {
    reads.incrementAndGet();
    if (unavailable) {
      throw new ChainUnavailable("no endpoint answers", null);
    }
    return nowS;
  }

  @Override
  public boolean newJobsPaused() {
    return paused;
  }

  @Override
  public synchronized JobState state(long jobId) {
    return states.getOrDefault(jobId, JobState.NONE);
  }

  @Override
  public BigInteger volumeOf(Address device) {
    return BigInteger.ZERO;
  }

  @Override
  public int activeJobs(Address device) {
    return active.getOrDefault(device, 0);
  }

  @Override
  public long nonceFloor(Address device) {
    return 0;
  }

  @Override
  public Device device(Address device) {
    return devices.getOrDefault(device, new Device(Address.ZERO, false, Bytes32.ZERO));
  }

  @Override
  public boolean authorizationUsed(Address payer, Bytes32 nonce) {
    return usedNonces.contains(nonce);
  }

  @Override
  public BigInteger tokenBalance(Address account) {
    return balances.getOrDefault(account, BigInteger.ZERO);
  }

  @Override
  public BigInteger claimable(Address account) {
    return claimable.getOrDefault(account, BigInteger.ZERO);
  }

  @Override
  public Optional<String> wouldRevert(Call call) {
    String text = new String(call.data(), StandardCharsets.UTF_8);
    for (Map.Entry<Address, String> entry : revertsFor.entrySet()) {
      if (text.endsWith(entry.getKey().hex())) {
        return Optional.of(entry.getValue());
      }
    }
    return revert;
  }

  @Override
  public Optional<Settled> settled(String txHash) {
    return Optional.empty();
  }

  @Override
  public Committee committee(long epoch) {
    List<Address> keys = new ArrayList<>();
    List<Bytes32> pins = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      keys.add(TestParties.key(i).address());
      pins.add(Bytes32.ZERO);
    }
    return new Committee(epoch, keys, pins);
  }

  private static Call call(String text) {
    return new Call(DEPLOYMENT.market(), text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Call open(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Signature offerSignature) {
    Bytes32 hash = order.digest(DEPLOYMENT.marketDomain());
    return call("open/" + JobIds.text(JobIds.of(hash, 1)) + "/" + offer.device());
  }

  @Override
  public Call openAccepted(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Bytes32 inputRoot,
      Signature acceptSignature) {
    Bytes32 hash = order.digest(DEPLOYMENT.marketDomain());
    return call("openAccepted/" + JobIds.text(JobIds.of(hash, 1)) + "/" + offer.device());
  }

  @Override
  public Call join(
      Order order, int attempt, BigInteger amount, Offer offer, Signature offerSignature) {
    Bytes32 hash = order.digest(DEPLOYMENT.marketDomain());
    return call("join/" + JobIds.text(JobIds.of(hash, attempt)) + "/" + offer.device());
  }

  @Override
  public Call retry(Order order, int attempt, Bytes32 offerHash, JobCard card) {
    Bytes32 hash = order.digest(DEPLOYMENT.marketDomain());
    return call("retry/" + JobIds.text(JobIds.of(hash, attempt)));
  }

  @Override
  public Call expire(long jobId, JobCard card) {
    return call("expire/" + JobIds.text(jobId));
  }

  @Override
  public Call slash(long jobId, JobCard card, JobOutcome outcome) {
    return call("slash/" + JobIds.text(jobId));
  }

  @Override
  public Call claim(Address account) {
    return call("claim/" + account);
  }

  @Override
  public synchronized CompletableFuture<Sent> send(String key, Call call) {
    Sent known = journal.get(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    Sent sent = execute(new String(call.data(), StandardCharsets.UTF_8));
    journal.put(key, sent);
    return swallow ? new CompletableFuture<>() : CompletableFuture.completedFuture(sent);
  }

  private Sent execute(String text) {
    if (refuseNext.isPresent()) {
      Failed failed = refuseNext.get();
      refuseNext = Optional.empty();
      return failed;
    }
    String[] parts = text.split("/", -1);
    if (parts[0].equals("open") || parts[0].equals("openAccepted")) {
      long jobId = Long.parseUnsignedLong(parts[1]);
      if (state(jobId) != JobState.NONE) {
        return new Failed("", "OrderConsumed", "OrderConsumed(" + parts[1] + ")");
      }
      states.put(jobId, parts[0].equals("open") ? JobState.ASSIGNED : JobState.RUNNING);
    }
    executed.add(text);
    return new Included("0x" + "ab".repeat(32));
  }

  /** A signer for the tests' device keys. */
  static Secp256k1.PrivateKey key(int i) {
    return TestParties.key(i);
  }
}
