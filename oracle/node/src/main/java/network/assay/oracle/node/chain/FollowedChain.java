package network.assay.oracle.node.chain;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.follow.ChainFollower;
import network.assay.contracts.client.follow.ChainHandler;
import network.assay.contracts.client.follow.FollowerConfig;
import network.assay.contracts.client.follow.JdbcCheckpointStore;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.report.QuorumReport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain by its events, followed from the deployment's block into the node's own file. Reads
 * never wait for an endpoint.
 */
public final class FollowedChain implements Chain, ChainHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedChain.class);

  /**
   * What of the chain is followed, and how deep a report must be before it counts as there for
   * good.
   */
  public record Depth(long startBlock, int confirmations) {}

  private static final int TRIES_MAX = 100;

  private static final JobCard NO_CARD =
      new JobCard(Bytes32.ZERO, Address.ZERO, Address.ZERO, 0, BigInteger.ZERO);

  private final AssayContracts contracts;
  private final ChainTable table;
  private final Domains domains;
  private final SqliteStore store;
  private final RpcEndpoints rpc;
  private final TransactionSender sender;
  private final int confirmations;
  private final Map<Long, Committee> committees = new ConcurrentHashMap<>();
  private final AtomicLong newestEpoch = new AtomicLong();
  private final Deque<ChainTable.Accepted> unconfirmed = new ArrayDeque<>();
  private volatile @Nullable Head head;
  private @Nullable ChainListener listener;
  private @Nullable ChainFollower follower;

  public FollowedChain(
      AssayContracts contracts,
      SqliteStore store,
      RpcEndpoints rpc,
      TransactionSender sender,
      int confirmations) {
    this.contracts = contracts;
    this.table = new ChainTable(contracts.events());
    this.domains = Domains.of(contracts.deployment());
    this.store = store;
    this.rpc = rpc;
    this.sender = sender;
    this.confirmations = confirmations;
    store.migrate(ChainTable.COMPONENT, ChainTable.STEPS);
    head =
        store.inTransaction(tx -> {
          ChainTable.committees(tx).forEach(this::learn);
          unconfirmed.addAll(ChainTable.reports(tx));
          return ChainTable.head(tx).orElse(null);
        });
  }

  @Override
  public void start(ChainListener to) {
    listener = to;
    sender.start();
    ChainFollower made =
        new ChainFollower(
            rpc,
            JdbcCheckpointStore.over(store, "oracle"),
            this,
            FollowerConfig.of(
                "oracle",
                Set.of(domains.market(), domains.settlement(), domains.committee()),
                contracts.deployment().deployBlock()));
    follower = made;
    made.start();
  }

  private void learn(Committee committee) {
    committees.put(committee.epoch(), committee);
    newestEpoch.accumulateAndGet(committee.epoch(), Math::max);
  }

  private ChainListener listener() {
    ChainListener to = listener;
    if (to == null) {
      throw new IllegalStateException("the chain was not started");
    }
    return to;
  }

  @Override
  public void onBlock(BlockHeader header, List<ChainLog> logs, Connection tx) throws SQLException {
    Head now = new Head(header.number(), header.timestampS());
    for (ChainLog log : logs) {
      Optional<AssayEvent> event = readable(log);
      if (event.isPresent()) {
        table.put(tx, log, event.get(), header.timestampS());
        tell(tx, header.number(), event.get());
      }
    }
    ChainTable.putHead(tx, now);
    head = now;
    listener().onHead(now);
    confirm(now.block());
  }

  /**
   * A log that is not laid out as its event says cannot come from our contracts; it stops nothing.
   */
  private Optional<AssayEvent> readable(ChainLog log) {
    try {
      return contracts.events().decode(log);
    } catch (ProtocolException e) {
      LOG.warn(
          "log {} of block {} is not readable: {}",
          log.logIndex(),
          log.blockNumber(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private void tell(Connection tx, long block, AssayEvent event) throws SQLException {
    switch (event) {
      case AssayEvent.CommitteeRotated rotated -> rotated(tx, block, rotated);
      case AssayEvent.ReportAccepted report ->
          unconfirmed.add(new ChainTable.Accepted(block, report.epoch(), report.seq()));
      case AssayEvent.JobFunded beforeOurTime -> {}
      case AssayEvent.JobAssigned beforeOurTime -> {}
      case AssayEvent.OfJob moved ->
          listener().onJobMoved(moved.jobId(), event.getClass().getSimpleName());
      default -> {}
    }
  }

  /**
   * The event binds the keys by its digest; where they cannot be read now, the follower delivers
   * the block again.
   */
  private void rotated(Connection tx, long block, AssayEvent.CommitteeRotated event)
      throws SQLException {
    Committee committee = contracts.committee().committee(event.epoch());
    Bytes32 got = committee.digest(domains.chainId(), domains.committee());
    if (!got.equals(event.epochDigest())) {
      throw new ChainException(
          "committee of epoch "
              + event.epoch()
              + ": want digest "
              + event.epochDigest()
              + ", got "
              + got);
    }
    ChainTable.putCommittee(tx, block, committee);
    learn(committee);
    listener().onEpoch(committee.epoch());
  }

  private void confirm(long headBlock) {
    while (!unconfirmed.isEmpty() && unconfirmed.getFirst().block() + confirmations <= headBlock) {
      ChainTable.Accepted seen = unconfirmed.removeFirst();
      listener().onReportAccepted(seen.epoch(), seen.seq());
    }
  }

  @Override
  public void onRollback(long toBlock, Connection tx) throws SQLException {
    ChainTable.rollback(tx, toBlock);
    unconfirmed.removeIf(seen -> seen.block() > toBlock);
  }

  @Override
  public Domains domains() {
    return domains;
  }

  @Override
  public Head head() {
    Head now = head;
    if (now == null) {
      throw new ChainException("no block was read yet");
    }
    return now;
  }

  @Override
  public Optional<JobOnChain> job(long jobId) {
    return read(tx -> table.job(tx, jobId));
  }

  @Override
  public Committee committee(long epoch) {
    Committee known = committees.get(epoch);
    if (known == null) {
      throw new ChainException("epoch " + Long.toUnsignedString(epoch) + " was not seen on chain");
    }
    return known;
  }

  @Override
  public long currentEpoch() {
    if (newestEpoch.get() == 0) {
      throw new ChainException("no committee was seen on chain yet");
    }
    return newestEpoch.get();
  }

  @Override
  public boolean reported(long epoch, long seq) {
    return read(tx -> ChainTable.reported(tx, epoch, seq));
  }

  private interface Reading<T> {
    T from(Connection tx) throws SQLException;
  }

  private <T> T read(Reading<T> reading) {
    try {
      return store.inTransaction(reading::from);
    } catch (StoreException e) {
      throw new ChainException("what was followed of the chain cannot be read", e);
    }
  }

  /**
   * Effects: an intent in the sender's journal, unless an earlier try is still on its way. A try
   * that the chain refused or reverted is followed by another.
   */
  @Override
  public void transmit(QuorumReport report) {
    try {
      for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
        TxIntent intent = settle(report, attempt);
        Optional<TransactionSender.Status> before = sender.status(intent.id());
        if (before.isEmpty()) {
          sender.enqueue(intent);
          return;
        }
        switch (before.get().phase()) {
          case QUEUED, SENT, MINED -> {
            return;
          }
          case FINAL, REFUSED, DISPLACED -> {}
        }
      }
    } catch (RuntimeException e) {
      throw new ChainException("the report was not taken by the sender: " + e.getMessage(), e);
    }
    throw new ChainException("the report was refused " + TRIES_MAX + " times");
  }

  /**
   * One intent a try: another try has another id, so that a refusal of the first (this node's head
   * ran ahead of the endpoint's) does not stand for ever. The id binds the signatures, too.
   */
  private TxIntent settle(QuorumReport report, int attempt) {
    String id =
        "report-%d-%d-%s-%d"
            .formatted(
                report.report().epoch(),
                report.seq(),
                Keccak.hash(report.signatures().signatures()).hex().substring(2, 18),
                attempt);
    return contracts
        .settlement()
        .settle(
            id,
            report.report(),
            report.outcome().packedVerdicts(),
            cards(report),
            report.signatures());
  }

  /**
   * The cards of the report's jobs. Of a job that this node never saw funded none is known: its
   * verdict waits for a node that did.
   */
  private List<JobCard> cards(QuorumReport report) {
    return read(tx -> {
      List<JobCard> cards = new ArrayList<>();
      for (Outcome.Entry entry : report.outcome().entries()) {
        cards.add(table.card(tx, entry.verdict().jobId()).orElse(NO_CARD));
      }
      return cards;
    });
  }

  @Override
  public HealthReading health() {
    ChainFollower running = follower;
    return running == null ? HealthReading.down("the chain is not followed yet") : running.health();
  }

  @Override
  public void close() {
    ChainFollower running = follower;
    if (running != null) {
      running.close();
    }
    sender.close();
  }
}
