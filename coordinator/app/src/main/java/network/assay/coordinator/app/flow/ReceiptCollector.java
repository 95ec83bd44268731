package network.assay.coordinator.app.flow;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.SettlementCalls.Settled;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.JobView;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobLogs;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Offers;
import network.assay.coordinator.app.store.Results;
import network.assay.oracle.verify.receipt.ReceiptVerdict;
import network.assay.oracle.verify.receipt.ReceiptVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts receipts together: the report from the settle transaction, the leaf from an oracle, the rest
 * from what we have. Only what passes the verifier that the consumer runs is kept.
 */
public final class ReceiptCollector {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptCollector.class);
  private static final int SIGNATURE_BYTES = 65;
  private static final int OPEN_MAX = 500;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Database database;
  private final Chain chain;
  private final List<Function<Long, Optional<JobView>>> oracles;
  private final Map<Long, String> lastTrouble = new LinkedHashMap<>();

  /**
   * @param oracles each answers with what it knows of a job, or nothing; asked in this order
   */
  public ReceiptCollector(
      Database database, Chain chain, List<Function<Long, Optional<JobView>>> oracles) {
    this.database = database;
    this.chain = chain;
    this.oracles = List.copyOf(oracles);
  }

  /** One round over reported attempts without a receipt. */
  public void step() {
    for (long jobId : database.transaction(tx -> Results.wanting(tx, OPEN_MAX))) {
      Attempt attempt = database.transaction(tx -> Jobs.attempt(tx, jobId)).orElseThrow();
      String txHash = attempt.reportTx();
      if (attempt.state() == JobState.REPORTED && txHash != null) {
        collect(attempt, txHash);
      }
    }
  }

  private void collect(Attempt attempt, String txHash) {
    Optional<Settled> settled = chain.settled(txHash);
    if (settled.isEmpty()) {
      trouble(attempt, "the report's transaction " + txHash + " is no settle call");
      return;
    }
    for (Function<Long, Optional<JobView>> oracle : oracles) {
      Optional<JobView> view = oracle.apply(attempt.jobId());
      if (view.isPresent() && !view.get().getLeaf().isEmpty()) {
        try {
          JobLogs.Kept record = record(attempt);
          if (keep(attempt, receipt(attempt, txHash, settled.get(), view.get(), record))) {
            return;
          }
        } catch (ProtocolException e) {
          trouble(attempt, "an oracle's answer: " + e.getMessage());
        }
      }
    }
  }

  private boolean keep(Attempt attempt, Receipt receipt) {
    ReceiptVerdict verdict = ReceiptVerifier.verify(receipt, null);
    if (!verdict.accepted()) {
      String failed =
          verdict.checks().stream()
              .filter(check -> !check.passed())
              .map(check -> check.name() + ": " + check.detail())
              .findFirst()
              .orElse("no check failed, none accepted");
      trouble(attempt, "the receipt does not verify: " + failed);
      return false;
    }
    database.transaction(tx -> {
      Results.putReceipt(tx, attempt.jobId(), receipt.toJson());
      return true;
    });
    lastTrouble.remove(attempt.jobId());
    return true;
  }

  /** Said once, not each round. */
  private void trouble(Attempt attempt, String text) {
    if (!text.equals(lastTrouble.put(attempt.jobId(), text))) {
      LOG.warn("receipt of job {}: {}", JobIds.text(attempt.jobId()), text);
    }
    if (lastTrouble.size() > OPEN_MAX) {
      lastTrouble.clear();
    }
  }

  /** Log and events as they are now, kept for good: the receipt names their hashes. */
  private JobLogs.Kept record(Attempt attempt) {
    return database.transaction(tx -> {
      List<Map<String, Object>> events = new ArrayList<>();
      for (ChainEvents.Dated dated : ChainEvents.of(tx, attempt.jobId())) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("atS", dated.atS());
        line.put("event", dated.event().name());
        line.put("block", dated.event().block());
        line.put("transaction", dated.event().txHash());
        line.put("values", new TreeMap<>(dated.event().values()));
        events.add(line);
      }
      return JobLogs.keep(tx, attempt.jobId(), JSON.writeValueAsBytes(events));
    });
  }

  private Receipt receipt(
      Attempt attempt, String txHash, Settled settled, JobView view, JobLogs.Kept record) {
    Job job = database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
    Bytes32 offerHash = EvidenceLeaf.parse(view.getLeaf().toByteArray()).offerHash();
    Offers.Signed offer =
        database
            .transaction(tx -> Offers.joined(tx, offerHash))
            .orElseThrow(
                () -> new ProtocolException("UNKNOWN_OFFER", "an offer that we joined", offerHash));
    byte[] accept = view.getAccept().toByteArray();
    byte[] commit = view.getWorkCommit().toByteArray();
    Committee committee = chain.committee(settled.report().epoch());
    Receipt.Authenticated authenticated =
        new Receipt.Authenticated(
            deployment(chain.deployment()),
            new String(job.spec(), java.nio.charset.StandardCharsets.UTF_8),
            job.order().toText(),
            attempt.attempt(),
            new Receipt.Payment(
                job.validAfter().toString(), job.validBefore().toString(), job.payment().hex()),
            new Receipt.Signed(offer.offer().toText(), offer.signature().hex()),
            signed(Accept.fromWords(words(accept)), accept),
            signed(WorkCommit.fromWords(words(commit)), commit),
            leaf(view),
            report(settled),
            committee(committee));
    return new Receipt(Receipt.FORMAT, authenticated, hints(attempt, txHash, record));
  }

  private static byte[] words(byte[] wordsAndSignature) {
    int length = wordsAndSignature.length - SIGNATURE_BYTES;
    if (length <= 0 || length % 32 != 0) {
      throw new ProtocolException(
          "WRONG_LENGTH", "words and a signature", wordsAndSignature.length);
    }
    return java.util.Arrays.copyOf(wordsAndSignature, length);
  }

  private static Receipt.Signed signed(TypedStruct struct, byte[] wordsAndSignature) {
    byte[] signature =
        java.util.Arrays.copyOfRange(
            wordsAndSignature,
            wordsAndSignature.length - SIGNATURE_BYTES,
            wordsAndSignature.length);
    return new Receipt.Signed(struct.toText(), Signature.of(signature).hex());
  }

  private static Receipt.LeafPart leaf(JobView view) {
    return new Receipt.LeafPart(
        Hex.encode(view.getLeaf().toByteArray()),
        view.getIndex(),
        view.getPathList().stream().map(node -> Bytes32.of(node.toByteArray()).hex()).toList());
  }

  private static Receipt.ReportPart report(Settled settled) {
    return new Receipt.ReportPart(
        settled.report().toText(),
        Hex.encode(settled.verdicts()),
        Long.toString(settled.quorum().bitmask()),
        "0x" + HexFormat.of().formatHex(settled.quorum().signatures()));
  }

  private Receipt.CommitteePart committee(Committee committee) {
    Deployment at = chain.deployment();
    return new Receipt.CommitteePart(
        Long.toUnsignedString(committee.epoch()),
        committee.keys().stream().map(Object::toString).toList(),
        committee.pins().stream().map(Bytes32::hex).toList(),
        committee.digest(at.chainId(), at.committee()).hex());
  }

  private static Receipt.Deployment deployment(Deployment at) {
    return new Receipt.Deployment(
        Long.toString(at.chainId()),
        at.market().hex(),
        at.settlement().hex(),
        at.committee().hex(),
        at.vault().hex(),
        at.token().hex(),
        at.tokenName(),
        at.tokenVersion());
  }

  private static Map<String, String> hints(Attempt attempt, String txHash, JobLogs.Kept record) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("jobId", JobIds.text(attempt.jobId()));
    out.put("settleTransaction", txHash);
    out.put("logSha256", sha256(record.log()));
    out.put("eventsSha256", sha256(record.events()));
    out.put("challengeUntilS", Long.toString(attempt.deadlineS()));
    return out;
  }

  private static String sha256(byte[] content) {
    try {
      return "0x" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
