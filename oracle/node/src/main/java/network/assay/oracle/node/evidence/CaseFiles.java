package network.assay.oracle.node.evidence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.store.Transactions;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryConflict;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.node.store.EvidenceStore;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;
import network.assay.oracle.verify.EvidenceCase;
import network.assay.oracle.verify.work.OpenedRows;
import network.assay.oracle.verify.work.RevealedDraw;
import network.assay.oracle.verify.work.SignedOpening;

/** Collects what the store holds of one job into what the verifier asks for. From any thread. */
final class CaseFiles {
  private final Transactions store;
  private final Domains domains;
  private final Address self;

  CaseFiles(Transactions store, Domains domains, Address self) {
    this.store = store;
    this.domains = domains;
    this.self = self;
  }

  private record Stored(
      byte[] bundle,
      Bytes32 seed,
      byte[] certificate,
      List<StoredStruct> reveals,
      List<byte[]> openings,
      Optional<byte[]> conflict) {}

  /**
   * @param overdue the time for opening this node's draw is over
   */
  EvidenceCase collect(CaseFacts facts, JobOnChain job, Committee committee, boolean overdue) {
    Stored stored = store.inTransaction(tx -> read(tx, facts));
    try {
      RevealedDraw own =
          new RevealedDraw(
              self, stored.seed(), overdue ? RevealedDraw.Due.OVERDUE : RevealedDraw.Due.PENDING);
      List<RevealedDraw> draws = new ArrayList<>(othersDraws(stored, committee));
      draws.add(own);
      return new EvidenceCase(
          stored.bundle(),
          job.job(),
          committee,
          domains.forVerifier(),
          draws,
          openings(stored.openings()),
          batches(stored.conflict()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored evidence cannot be read", e);
    }
  }

  private static Stored read(Connection tx, CaseFacts facts) {
    return new Stored(
        EvidenceStore.bundle(tx, facts.jobId(), facts.bundleHash()).orElseThrow(),
        EvidenceStore.seed(tx, facts.jobId(), facts.bundleHash()).orElseThrow(),
        EvidenceStore.certificate(tx, facts.jobId()).orElseThrow(),
        EvidenceStore.reveals(tx, facts.jobId()),
        EvidenceStore.openings(tx, facts.jobId()),
        EvidenceStore.conflict(tx, facts.jobId()));
  }

  /**
   * Draws of others count where the certificate's Ack committed to them: otherwise they were chosen
   * after the work.
   */
  private List<RevealedDraw> othersDraws(Stored stored, Committee committee)
      throws InvalidProtocolBufferException {
    Map<Address, Ack> acks = new HashMap<>();
    for (SignedStruct signed : AckCertificate.parseFrom(stored.certificate()).getAcksList()) {
      Ack ack = Ack.fromWords(signed.getWords().toByteArray());
      signer(ack, Signature.of(signed.getSignature().toByteArray()))
          .ifPresent(oracle -> acks.put(oracle, ack));
    }
    List<RevealedDraw> draws = new ArrayList<>();
    for (StoredStruct signed : stored.reveals()) {
      DrawReveal reveal = DrawReveal.fromWords(signed.words());
      Address oracle = signer(reveal, signed.signature()).orElse(Address.ZERO);
      Ack ack = acks.get(oracle);
      if (ack != null
          && !oracle.equals(self)
          && committee.indexOf(oracle) >= 0
          && RevealedDraw.matches(ack, reveal, oracle)) {
        draws.add(new RevealedDraw(oracle, reveal.drawSeed(), RevealedDraw.Due.OPTIONAL));
      }
    }
    return draws;
  }

  private Optional<Address> signer(TypedStruct body, Signature signature) {
    return Secp256k1.recover(body.digest(domains.ofCommittee()), signature);
  }

  private static List<SignedOpening> openings(List<byte[]> messages)
      throws InvalidProtocolBufferException {
    List<SignedOpening> openings = new ArrayList<>();
    for (byte[] bytes : messages.subList(0, Math.min(messages.size(), OpenedRows.OPENINGS_MAX))) {
      OpeningMessage message = OpeningMessage.parseFrom(bytes);
      openings.add(
          new SignedOpening(
              message.getContent().toByteArray(),
              Signature.of(message.getOpening().getSignature().toByteArray())));
    }
    return openings;
  }

  /** The two sides of a conflict; their samples play no part in it. */
  private static List<EvidenceBundle.SignedBatch> batches(Optional<byte[]> conflict)
      throws InvalidProtocolBufferException {
    if (conflict.isEmpty()) {
      return List.of();
    }
    TelemetryConflict message = TelemetryConflict.parseFrom(conflict.get());
    return List.of(batch(message.getFirst()), batch(message.getSecond()));
  }

  private static EvidenceBundle.SignedBatch batch(SignedStruct signed) {
    return new EvidenceBundle.SignedBatch(
        TelemetryBatch.fromWords(signed.getWords().toByteArray()),
        Signature.of(signed.getSignature().toByteArray()),
        new byte[0]);
  }
}
