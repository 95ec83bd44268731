package network.assay.agent.app.job;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import network.assay.agent.evidence.BundleAssembler;
import network.assay.agent.execute.AgentJob;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Journal.Artifact;
import network.assay.agent.execute.Journal.StoredUnit;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.agent.execute.Ticket;
import network.assay.agent.runtime.Transcript;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.WorkCommit;
import org.jspecify.annotations.Nullable;

/**
 * One job's evidence, read from the journal and made where it is missing. Each step finds what an
 * earlier life already wrote: the ciphertext is sealed once, the WorkCommit decided once, the
 * bundle assembled once.
 */
final class Evidence {
  private final Ticket ticket;
  private final Journal journal;
  private final DeviceSigner signer;
  private final BundleAssembler assembler;
  private @Nullable Transcript transcript;
  private byte @Nullable [] bundle;
  private @Nullable OpeningBytes opening;

  /**
   * What is sent to oracles.
   *
   * @param reveals how many oracles' draws it covers
   */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record OpeningBytes(Signed<Opening> signed, byte[] content, int reveals) {}

  Evidence(Ticket ticket, Journal journal, DeviceSigner signer, BundleAssembler assembler) {
    this.ticket = ticket;
    this.journal = journal;
    this.signer = signer;
    this.assembler = assembler;
  }

  boolean isCommitted() {
    return journal.artifact(ticket.jobId(), Artifact.WORK_COMMIT).isPresent();
  }

  byte[] require(Artifact artifact) {
    return journal
        .artifact(ticket.jobId(), artifact)
        .orElseThrow(
            () -> new IllegalStateException("want " + artifact + " in the journal, got nothing"));
  }

  private synchronized Transcript transcript() {
    Transcript known = transcript;
    if (known == null) {
      long jobId = ticket.jobId();
      known = Transcript.read(journal.unitCount(jobId), unit -> journal.unit(jobId, unit));
      transcript = known;
    }
    return known;
  }

  /**
   * The signed commitment to finished work; everything in it is durable before the signature is
   * made.
   */
  Signed<WorkCommit> commit() {
    long jobId = ticket.jobId();
    if (isCommitted()) {
      return signer.workCommit(WorkCommit.fromWords(require(Artifact.WORK_COMMIT)));
    }
    Work work = ticket.spec().container().isPresent() ? containerWork() : Work.of(transcript());
    Bytes32 specHash = ticket.order().specHash();
    byte[] sealed =
        ResultSealing.seal(ticket.order().resultKey(), jobId, specHash, work.plaintext());
    byte[] ciphertext = journal.putOnce(jobId, Artifact.CIPHERTEXT, sealed);
    WorkCommit commit =
        new WorkCommit(
            jobId,
            signer.device(),
            specHash,
            Bytes32.ZERO,
            work.units(),
            work.rows(),
            ticket.spec().inputRoot(),
            work.workRoot(),
            work.plaintextRoot(),
            ContentRoot.of(ciphertext),
            ciphertext.length);
    return signer.workCommit(
        WorkCommit.fromWords(journal.putOnce(jobId, Artifact.WORK_COMMIT, commit.words())));
  }

  /** What is committed to. */
  @SuppressWarnings("ArrayRecordComponent") // sealed at once, never compared
  private record Work(
      int units, int rows, Bytes32 workRoot, Bytes32 plaintextRoot, byte[] plaintext) {
    static Work of(Transcript work) {
      return new Work(
          work.unitCount(),
          work.rowCount(),
          work.workRoot(),
          work.plaintextRoot(),
          work.resultPlaintext());
    }
  }

  /** A container is one unit with one row: what came of it. */
  private Work containerWork() {
    StoredUnit unit = journal.unit(ticket.jobId(), 0);
    return new Work(1, 1, Merkle.leaf(unit.rows()), ContentRoot.of(unit.result()), unit.result());
  }

  private byte[] container() {
    return ticket.spec().container().isPresent()
        ? journal.unit(ticket.jobId(), 0).rows()
        : new byte[0];
  }

  byte[] ciphertext() {
    return require(Artifact.CIPHERTEXT);
  }

  synchronized byte[] bundle() throws PortException {
    byte[] known = bundle;
    if (known == null) {
      long jobId = ticket.jobId();
      Optional<byte[]> journalled = journal.artifact(jobId, Artifact.BUNDLE);
      known =
          journalled.isPresent()
              ? journalled.get()
              : journal.putOnce(jobId, Artifact.BUNDLE, assemble());
      bundle = known;
    }
    return known;
  }

  private byte[] assemble() throws PortException {
    return assembler.assemble(
        ticket,
        commit(),
        require(Artifact.INPUT),
        ciphertext(),
        require(Artifact.NONCES),
        journal.batches(ticket.jobId()),
        container());
  }

  Bytes32 bundleHash() throws PortException {
    return EvidenceBundle.hash(bundle());
  }

  /** The opening of every row that was drawn so far. */
  synchronized OpeningBytes opening(AgentJob job) {
    SortedMap<Address, Signed<DrawReveal>> reveals = job.reveals();
    OpeningBytes known = opening;
    if (known == null || known.reveals() != reveals.size()) {
      known = open(reveals);
      opening = known;
    }
    return known;
  }

  private OpeningBytes open(SortedMap<Address, Signed<DrawReveal>> reveals) {
    WorkCommit commit = commit().message();
    if (ticket.spec().container().isPresent()) {
      return opened(commit, require(Artifact.ACCEPTANCE), reveals.size());
    }
    SortedSet<Integer> drawn = new TreeSet<>();
    for (Signed<DrawReveal> reveal : reveals.values()) {
      drawn.addAll(
          Draw.rows(
              reveal.message().drawSeed(),
              ticket.jobId(),
              commit.workRoot(),
              Math.toIntExact(commit.rows())));
    }
    List<OpenedRow> rows = drawn.stream().map(transcript()::open).toList();
    return opened(commit, OpenedRow.encode(rows), reveals.size());
  }

  private OpeningBytes opened(WorkCommit commit, byte[] content, int reveals) {
    Opening opening = new Opening(ticket.jobId(), commit.workRoot(), Keccak.hash(content));
    return new OpeningBytes(signer.opening(opening), content, reveals);
  }

  /** Whether the consumer's acceptance is here. */
  boolean isAccepted() {
    return journal.artifact(ticket.jobId(), Artifact.ACCEPTANCE).isPresent();
  }

  /**
   * Keeps the consumer's acceptance of this result.
   *
   * @param bytes hostile
   */
  void accepted(byte[] bytes) throws PortException {
    WorkCommit commit = commit().message();
    Acceptance want =
        new Acceptance(
            ticket.jobId(),
            PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot()));
    if (!Acceptance.Signed.isFor(want, bytes, ticket.order().consumer(), signer.market())) {
      throw new PortException(
          "coordinator: want the acceptance of result "
              + want.resultHash()
              + " signed by "
              + ticket.order().consumer()
              + ", got something else");
    }
    byte[] _ = journal.putOnce(ticket.jobId(), Artifact.ACCEPTANCE, bytes);
  }
}
