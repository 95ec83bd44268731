package network.assay.oracle.verify.attest.nvidia;

import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Der;
import org.jspecify.annotations.Nullable;

/**
 * The FWID in a device's leaf certificate: the hash of the firmware that its attestation key is
 * derived for (TCG DICE). Hopper puts a CompositeDeviceID {@code SEQ {version, SPKI, SEQ {hash,
 * digest}}} under 2.23.133.5.4.1; newer devices a TcbInfo, whose fwids stand in field [6], under
 * the same OID or 2.23.133.5.4.1.1.
 */
final class FirmwareId {
  private static final List<String> OIDS = List.of("2.23.133.5.4.1.1", "2.23.133.5.4.1");
  private static final int TCB_INFO_FWIDS = 0xa6;
  private static final String SHA_384 = "2.16.840.1.101.3.4.2.2";
  private static final int SHA_384_BYTES = 48;

  private FirmwareId() {}

  /**
   * The certificate's FWID, SHA-384; empty where it has none.
   *
   * @throws AttestException MALFORMED_FWID where the extension is of neither form
   */
  static Optional<byte[]> of(Cert leaf) {
    for (String oid : OIDS) {
      Optional<byte[]> extension = leaf.extension(oid);
      if (extension.isPresent()) {
        return Optional.of(read(extension.get()));
      }
    }
    return Optional.empty();
  }

  private static byte[] read(byte[] der) {
    try {
      Der outer = Der.of(der);
      Der fields = outer.sequence();
      outer.end();
      byte[] found = fields.peek() == Der.INTEGER ? composite(fields) : tcbInfo(fields);
      if (found != null) {
        return found;
      }
    } catch (AttestException e) {
      throw new AttestException("MALFORMED_FWID", e.got(), e.want());
    }
    throw new AttestException("MALFORMED_FWID", "no SHA-384 digest", "a SHA-384 digest");
  }

  private static byte @Nullable [] composite(Der fields) {
    fields.skip(Der.INTEGER);
    fields.skip(Der.SEQUENCE);
    byte[] found = digest(fields.sequence());
    fields.end();
    return found;
  }

  /** The first digest counts; others belong to later stages. */
  private static byte @Nullable [] tcbInfo(Der fields) {
    while (!fields.atEnd()) {
      Der field = fields.any();
      if (field.tag() == TCB_INFO_FWIDS) {
        return digest(field.sequence());
      }
    }
    return null;
  }

  private static byte @Nullable [] digest(Der fwid) {
    String hash = fwid.oid();
    byte[] digest = fwid.octets();
    fwid.end();
    return hash.equals(SHA_384) && digest.length == SHA_384_BYTES ? digest : null;
  }
}
