package network.assay.agent.app.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import network.assay.agent.execute.Chain;
import network.assay.agent.execute.ChainFacts;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.agent.execute.Ticket;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.JobFacts;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.WorkCommit;

/** The deployed contracts, read and written for one provider. */
public final class ContractsChain implements Chain {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final RpcEndpoints rpc;
  private final AssayContracts contracts;
  private final Address provider;
  private final TxDesk desk;

  /**
   * Jobs found to be bound to our order and offer: a job's binding never changes once an offer is
   * joined.
   */
  private final Set<Long> bound = ConcurrentHashMap.newKeySet();

  /** A device's number never changes. */
  private final Map<Address, Long> indices = new ConcurrentHashMap<>();

  public ContractsChain(RpcEndpoints rpc, AssayContracts contracts, TransactionSender sender) {
    this.rpc = rpc;
    this.contracts = contracts;
    this.provider = sender.address();
    this.desk = new TxDesk(sender, PATIENCE);
  }

  @Override
  public long chainTimeS() throws PortException {
    return read(() -> rpc.read("the latest block", node -> node.head()).timestampS());
  }

  @Override
  public ChainFacts facts(Ticket ticket) throws PortException {
    return read(() -> {
      JobFacts job = contracts.market().job(ticket.jobId());
      boolean joined = job.state() != JobState.NONE && job.state() != JobState.FUNDED;
      boolean claimable =
          job.state() == JobState.FINAL && !contracts.settlement().claimable(provider).isZero();
      return new ChainFacts(
          job.state(),
          ticket.offer().price(),
          job.deadline(),
          job.epoch(),
          provider,
          joined && isBound(ticket),
          job.fraud(),
          claimable);
    });
  }

  /**
   * Whether the market holds the job under our card: then provider and price are ours. Asked until
   * it is found so once, for a report changes what the market keeps.
   */
  private boolean isBound(Ticket ticket) {
    long jobId = ticket.jobId();
    if (!bound.contains(jobId) && contracts.market().isBoundTo(jobId, card(ticket))) {
      bound.add(jobId);
    }
    return bound.contains(jobId);
  }

  /** The card from ASSIGNED on: everything on it is in what was signed, but our device's number. */
  private JobCard card(Ticket ticket) {
    return new JobCard(
        JobCard.termsOf(ticket.orderHash(), ticket.offerHash()),
        ticket.order().consumer(),
        provider,
        deviceIndex(ticket.offer().device()),
        ticket.offer().price());
  }

  private long deviceIndex(Address device) {
    return indices.computeIfAbsent(device, key -> contracts.devices().device(key).index());
  }

  @Override
  public Committee committee(long epoch) throws PortException {
    return read(() -> contracts.committee().committee(epoch));
  }

  @Override
  public BigInteger volumeOf(Address device) throws PortException {
    return read(() -> contracts.market().volumeOf(device));
  }

  @Override
  public void accept(Ticket ticket, Signed<Accept> accept)
      throws PortException, InterruptedException {
    desk.send(
        "accept/" + JobIds.text(ticket.jobId()),
        id ->
            contracts
                .market()
                .accept(
                    id,
                    ticket.order(),
                    ticket.attempt(),
                    card(ticket),
                    accept.message(),
                    accept.signature()));
  }

  @Override
  public void postCommit(Ticket ticket, Signed<WorkCommit> commit)
      throws PortException, InterruptedException {
    desk.send(
        "commit/" + JobIds.text(ticket.jobId()),
        id ->
            contracts
                .market()
                .postCommit(
                    id,
                    ticket.order(),
                    ticket.offerHash(),
                    card(ticket),
                    commit.message(),
                    commit.signature()));
  }

  @Override
  public void fail(Ticket ticket, Signed<Fail> fail) throws PortException, InterruptedException {
    desk.send(
        "fail/" + JobIds.text(ticket.jobId()),
        id -> contracts.market().fail(id, card(ticket), fail.message(), fail.signature()));
  }

  /** One claim moves everything, for all jobs: the second caller finds nothing left. */
  @Override
  public synchronized void claim() throws PortException, InterruptedException {
    if (!read(() -> contracts.settlement().claimable(provider)).isZero()) {
      desk.send("claim", id -> contracts.settlement().claim(id, provider));
    }
  }

  @Override
  public Optional<Earnings> earnings() throws PortException {
    return Optional.of(
        read(() ->
            new Earnings(
                contracts.money().credit(provider),
                contracts.settlement().claimable(provider).amount(),
                contracts.settlement().pending(provider).amount())));
  }

  static <T> T read(Supplier<T> ask) throws PortException {
    try {
      return ask.get();
    } catch (RpcException | ProtocolException e) {
      throw new PortException("chain: " + e.getMessage(), e);
    }
  }
}
