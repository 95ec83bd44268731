package network.assay.oracle.node.evidence;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;

/**
 * The checks before anything is stored (docs/PROTOCOL.md §5), cheap ones first. Each throws {@link
 * ProtocolException} with the reason, what was wanted and what came. They decide whether a message
 * is taken, not what the evidence is worth.
 */
final class EvidenceChecks {
  private EvidenceChecks() {}

  /** At least a quorum of distinct members acknowledged exactly this bundle. */
  static void certificate(
      long jobId,
      Bytes32 bundleHash,
      List<SignedWords> acks,
      Committee committee,
      Domains domains) {
    if (acks.size() > committee.n()) {
      throw new ProtocolException("TOO_MANY_ACKS", "at most " + committee.n(), acks.size());
    }
    Set<Integer> signers = new HashSet<>();
    for (SignedWords signed : acks) {
      Ack ack = Ack.fromWords(signed.words());
      same("WRONG_JOB", JobIds.text(jobId), JobIds.text(ack.jobId()));
      same("WRONG_BUNDLE", bundleHash, ack.bundleHash());
      same("WRONG_EPOCH", committee.epoch(), ack.epoch());
      signers.add(member(ack, signed.signature(), committee, domains));
    }
    if (signers.size() < committee.quorum()) {
      throw new ProtocolException(
          "NO_QUORUM", committee.quorum() + " acknowledgements", signers.size());
    }
  }

  /** The index of the member that signed, or a refusal. */
  static int member(TypedStruct body, Signature signature, Committee committee, Domains domains) {
    Address signer =
        Secp256k1.recover(body.digest(domains.ofCommittee()), signature)
            .orElseThrow(
                () -> new ProtocolException("WRONG_SIGNATURE", "a member's signature", "none"));
    int index = committee.indexOf(signer);
    if (index < 0) {
      throw new ProtocolException("NOT_A_MEMBER", "a key of epoch " + committee.epoch(), signer);
    }
    return index;
  }

  /**
   * The numbers of the rows of a device-signed opening of this bundle's work. Of grade ACCEPTED the
   * consumer's acceptance stands for its one row.
   */
  static List<Long> opening(
      Opening opening, Signature signature, byte[] content, CaseFacts facts, Domains domains) {
    same("WRONG_WORK", facts.workRoot(), opening.workRoot());
    same("WRONG_CONTENT", opening.openingsHash(), Keccak.hash(content));
    List<Long> rows = rows(facts, content, domains);
    signed("opening", opening, signature, domains.ofMarket(), facts.device());
    return rows;
  }

  /** The rows that this content opens. */
  static List<Long> rows(CaseFacts facts, byte[] content, Domains domains) {
    if (facts.awaited().isEmpty()) {
      return OpenedRow.decode(content).stream().map(OpenedRow::row).toList();
    }
    CaseFacts.Awaited awaited = facts.awaited().get();
    if (!Acceptance.Signed.isFor(
        awaited.acceptance(), content, awaited.consumer(), domains.ofMarket())) {
      throw new ProtocolException(
          "NOT_ACCEPTED",
          "result "
              + awaited.acceptance().resultHash()
              + " accepted with the signature of "
              + awaited.consumer(),
          "something else");
    }
    return List.of(0L);
  }

  /** A batch that this device signed. */
  static CheckedBatch batch(SignedWords signed, Address device, Domains domains) {
    TelemetryBatch batch = TelemetryBatch.fromWords(signed.words());
    same("WRONG_DEVICE", device, batch.device());
    if (batch.seq() < 0 || batch.seq() >= EvidenceBundle.BATCHES_MAX) {
      throw new ProtocolException(
          "OUT_OF_RANGE", "a seq below 512", Long.toUnsignedString(batch.seq()));
    }
    signed("telemetry batch", batch, signed.signature(), domains.ofMarket(), device);
    return new CheckedBatch(
        batch.jobId(),
        batch.seq(),
        batch.digest(domains.ofMarket()),
        new StoredStruct(signed.words(), signed.signature()));
  }

  static void signed(
      String what, TypedStruct body, Signature signature, Eip712Domain domain, Address want) {
    Object got =
        Secp256k1.recover(body.digest(domain), signature).map(Object.class::cast).orElse("nobody");
    if (!want.equals(got)) {
      throw new ProtocolException("WRONG_SIGNATURE", what + " signed by " + want, got);
    }
  }

  static void same(String reason, Object want, Object got) {
    if (!want.equals(got)) {
      throw new ProtocolException(reason, want, got);
    }
  }
}
