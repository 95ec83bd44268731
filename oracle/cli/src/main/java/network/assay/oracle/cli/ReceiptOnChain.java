package network.assay.oracle.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.JobCardFold;
import network.assay.contracts.client.assay.JobFacts;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.Report;
import network.assay.oracle.verify.receipt.ReceiptVerdict.Check;
import org.jspecify.annotations.Nullable;

/**
 * What only a chain can say of a receipt that is good offline: whose committee, whether it settled,
 * whether it is final.
 */
final class ReceiptOnChain {
  private static final int BLOCKS_EACH = 2_000;

  private final Receipt.Authenticated receipt;
  private final RpcEndpoints rpc;
  private final AssayContracts contracts;
  private final List<Check> checks = new ArrayList<>();

  private ReceiptOnChain(Receipt.Authenticated receipt, RpcEndpoints rpc) {
    this.receipt = receipt;
    this.rpc = rpc;
    this.contracts = new AssayContracts(rpc, deployment(receipt.deployment()));
  }

  /** Asks one endpoint; an endpoint of another chain, or none, leaves the findings incomplete. */
  static ChainFindings check(Receipt receipt, URI endpoint) {
    Receipt.Authenticated part = receipt.authenticated();
    try (RpcEndpoints rpc =
        RpcEndpoints.open(RpcConfig.of(List.of(endpoint), part.deployment().chain()))) {
      return new ReceiptOnChain(part, rpc).run();
    } catch (RpcException | ProtocolException e) {
      return new ChainFindings(
          List.of(new Check("chain", false, String.valueOf(e.getMessage()))), "UNKNOWN", false);
    }
  }

  private ChainFindings run() {
    EvidenceLeaf leaf = EvidenceLeaf.parse(Hex.decode(receipt.leaf().data(), EvidenceLeaf.SIZE));
    same(
        "chain.code",
        code(contracts.deployment().market()) && code(contracts.deployment().settlement()),
        true);
    long epoch = Long.parseUnsignedLong(receipt.committee().epoch());
    same(
        "chain.committee",
        Bytes32.fromHex(receipt.committee().digest()),
        contracts.committee().epochDigest(epoch));
    JobFacts job = contracts.market().job(leaf.jobId());
    same("chain.job", isThisJob(leaf), true);
    same("chain.epoch", job.epoch(), epoch);
    same("chain.settled", job.state() == JobState.REPORTED || job.state() == JobState.FINAL, true);
    Report report = Report.fromWords(Report.TYPE.wordsFromText(receipt.report().message()));
    Bytes32 digest =
        report.digest(
            Eip712Domain.assay(
                contracts.deployment().chainId(), contracts.deployment().settlement()));
    same("chain.report", reported(report, digest), true);
    String state = job.slashed() ? job.state() + ", slashed" : job.state().toString();
    return new ChainFindings(checks, state, true);
  }

  /** The market keeps a hash of card and outcome; its events say both, and the leaf the terms. */
  private boolean isThisJob(EvidenceLeaf leaf) {
    JobCardFold shown = contracts.market().shown(leaf.jobId());
    JobCard card = shown.card().orElseThrow();
    return card.terms().equals(JobCard.termsOf(leaf.orderHash(), leaf.offerHash()))
        && shown
            .outcome()
            .filter(outcome -> contracts.market().isReportedAs(leaf.jobId(), card, outcome))
            .isPresent();
  }

  private boolean code(Address address) {
    return rpc.read("code", node -> node.code(address.hex())).length() > 2;
  }

  /** Looks back from the head for ReportAccepted with this digest. */
  private boolean reported(Report report, Bytes32 digest) {
    long head = rpc.read("head", node -> node.headNumber());
    for (long to = head; to >= 0; to -= BLOCKS_EACH) {
      long last = to;
      long from = Math.max(0, to - BLOCKS_EACH + 1);
      List<ChainLog> logs =
          rpc.read(
              "reports",
              node -> node.logs(from, last, List.of(contracts.deployment().settlement().hex())));
      for (ChainLog log : logs) {
        if (contracts
            .events()
            .decode(log)
            .filter(e ->
                e instanceof AssayEvent.ReportAccepted accepted
                    && accepted.digest().equals(digest)
                    && accepted.seq() == report.seq())
            .isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private void same(String name, @Nullable Object got, @Nullable Object want) {
    boolean equal = Objects.equals(got, want);
    checks.add(new Check(name, equal, equal ? "" : "got " + got + ", want " + want));
  }

  private static Deployment deployment(Receipt.Deployment d) {
    Address none = Address.ZERO;
    return new Deployment(
        d.chain(),
        0,
        Address.fromHex(d.token()),
        d.tokenName(),
        d.tokenVersion(),
        none,
        Address.fromHex(d.committee()),
        Address.fromHex(d.vault()),
        none,
        Address.fromHex(d.market()),
        Address.fromHex(d.settlement()));
  }
}
