package network.assay.agent.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceBundle.SignedNonce;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetryNonce;

/** Section 11 of the bundle: what shows that the telemetry was not made before the job. */
public final class Nonces {
  private Nonces() {}

  /** The section's bytes, ascending by oracle. */
  public static byte[] encode(SortedMap<Address, Signed<TelemetryNonce>> nonces) {
    List<SignedNonce> out = new ArrayList<>();
    for (Map.Entry<Address, Signed<TelemetryNonce>> entry : nonces.entrySet()) {
      TelemetryNonce nonce = entry.getValue().message();
      out.add(
          new SignedNonce(
              entry.getKey(), nonce.nonce(), nonce.issuedAt(), entry.getValue().signature()));
    }
    return EvidenceBundle.encodeNonces(out);
  }

  /** Reads our own journal's bytes. */
  public static List<SignedNonce> decode(byte[] section) {
    ByteReader in = new ByteReader(section);
    int count = in.u8();
    List<SignedNonce> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      out.add(
          new SignedNonce(
              in.address(), in.bytes32(), in.u40(), Signature.of(in.raw(Signature.SIZE))));
    }
    in.end();
    return out;
  }
}
