package network.assay.agent.execute;

import java.util.Arrays;
import java.util.Objects;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;

/**
 * What somebody says is our job. Nothing in it is believed before {@link Admission} compared it
 * with the chain.
 *
 * @param jobId 64 unsigned bits
 * @param spec exact bytes of the job specification, at most {@link EvidenceBundle#SPEC_BYTES_MAX}
 */
@SuppressWarnings("ArrayRecordComponent") // equals is written out below
public record Assignment(long jobId, Order order, Signed<Offer> offer, byte[] spec) {

  public Assignment {
    if (spec.length > EvidenceBundle.SPEC_BYTES_MAX) {
      throw new IllegalArgumentException(
          "want a specification of at most "
              + EvidenceBundle.SPEC_BYTES_MAX
              + " bytes, got "
              + spec.length);
    }
    spec = spec.clone();
  }

  @Override
  public byte[] spec() {
    return spec.clone();
  }

  /** For the journal; {@link #decode} reads it. */
  public byte[] encode() {
    return Bytes.start()
        .u64(jobId)
        .raw(order.words())
        .raw(offer.message().words())
        .raw(offer.signature().toArray())
        .raw(spec)
        .toArray();
  }

  public static Assignment decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    long jobId = in.u64();
    Order order = Order.fromWords(in.raw(Order.TYPE.wordsLength()));
    Offer offer = Offer.fromWords(in.raw(Offer.TYPE.wordsLength()));
    Signature signature = Signature.of(in.raw(Signature.SIZE));
    return new Assignment(jobId, order, new Signed<>(offer, signature), in.raw(in.remaining()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Assignment that
        && jobId == that.jobId
        && order.equals(that.order)
        && offer.equals(that.offer)
        && Arrays.equals(spec, that.spec);
  }

  @Override
  public int hashCode() {
    return Objects.hash(jobId, order, offer, Arrays.hashCode(spec));
  }
}
