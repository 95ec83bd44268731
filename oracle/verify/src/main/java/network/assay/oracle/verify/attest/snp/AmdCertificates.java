package network.assay.oracle.verify.attest.snp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.x509.Cert;

/**
 * All certificates that a report came with or that collateral has for it. None is believed for
 * being here. Parsed ones are kept by the hash of their bytes, so that a chip's key is read once.
 */
final class AmdCertificates {
  /** A bundle from AMD's service has three, a table up to 16, a folder of many chips more. */
  private static final int CERTS_MAX = 96;

  private static final int PER_ITEM_MAX = 8;
  private static final int CERT_BYTES_MIN = 256;
  private static final int BUNDLE_BYTES_MAX = 64 << 10;

  /**
   * A chip's certificate with its issuers; larger ones are read anew, so that nobody fills memory.
   */
  private static final int KEPT_BYTES_MAX = 8 << 10;

  /** ASK and ASVK of each product: known so that they need not be sent, believed by no one. */
  private static final List<Cert> INTERMEDIATES = intermediates();

  private final int cacheMax;
  private final Map<String, List<Cert>> parsed;

  /**
   * A reader that keeps what it parsed.
   *
   * @param cacheMax how many items it keeps; the one used longest ago goes first
   */
  AmdCertificates(int cacheMax) {
    this.cacheMax = cacheMax;
    this.parsed = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** ASKs and ASVKs that AMD publishes. */
  static List<Cert> known() {
    return INTERMEDIATES;
  }

  /** Everything readable: what collateral has for this chip first, then what came along. */
  List<Cert> gather(
      SnpReport report, List<byte[]> delivered, List<byte[]> attachments, Collateral collateral) {
    List<Cert> found = new ArrayList<>();
    String chip = Hashes.hex(report.chipId());
    addItems(found, collateral.find(Collateral.Kind.AMD_VCEK, chip));
    addItems(
        found,
        collateral.find(
            Collateral.Kind.AMD_VCEK, chip.substring(0, 2 * SnpProduct.TURIN.chipIdBytes())));
    delivered.forEach(raw -> add(found, raw));
    for (byte[] raw : attachments) {
      if (CertTable.looksLike(raw)) {
        addTable(found, raw);
      } else {
        add(found, raw);
      }
    }
    addItems(found, collateral.find(Collateral.Kind.AMD_VCEK, "vcek"));
    addItems(found, collateral.find(Collateral.Kind.AMD_VLEK, "vlek"));
    for (SnpProduct product : SnpProduct.values()) {
      addItems(found, collateral.find(Collateral.Kind.AMD_CERT_CHAIN, product.key()));
    }
    return found;
  }

  /** A host's table in a file of its own, as Linux hands it out ("auxblob"). */
  private void addTable(List<Cert> found, byte[] raw) {
    try {
      CertTable.contents(raw).forEach(entry -> add(found, entry));
    } catch (AttestException e) {
      // Something else that begins so; a missing certificate is said below.
    }
  }

  private void addItems(List<Cert> found, List<Collateral.Item> items) {
    for (int i = 0; i < items.size() && i < Collateral.CANDIDATES_MAX; i++) {
      add(found, items.get(i).raw());
      items.get(i).issuerChain().forEach(raw -> add(found, raw));
    }
  }

  private void add(List<Cert> found, byte[] raw) {
    if (!looksLikeCertificate(raw)) {
      return;
    }
    for (Cert cert : parse(raw)) {
      if (found.size() < CERTS_MAX && !found.contains(cert)) {
        found.add(cert);
      }
    }
  }

  private List<Cert> parse(byte[] raw) {
    String key = Hashes.sha256Hex(raw);
    synchronized (parsed) {
      List<Cert> known = parsed.get(key);
      if (known != null) {
        return known;
      }
    }
    List<Cert> fresh;
    try {
      fresh = Cert.parseAll(raw, PER_ITEM_MAX);
    } catch (AttestException e) {
      // Not mine to judge: attachments may be anything, and a certificate that is missing is said.
      return List.of();
    }
    if (raw.length <= KEPT_BYTES_MAX) {
      keep(key, fresh);
    }
    return fresh;
  }

  private void keep(String key, List<Cert> fresh) {
    synchronized (parsed) {
      parsed.put(key, fresh);
      if (parsed.size() > cacheMax) {
        parsed.remove(parsed.keySet().iterator().next());
      }
    }
  }

  private static boolean looksLikeCertificate(byte[] raw) {
    if (raw.length < CERT_BYTES_MIN || raw.length > BUNDLE_BYTES_MAX) {
      return false;
    }
    return (raw[0] == 0x30 && (raw[1] & 0xff) == 0x82) || startsWithPem(raw);
  }

  private static boolean startsWithPem(byte[] raw) {
    int at = 0;
    while (at < raw.length && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\r')) {
      at++;
    }
    return at + 5 < raw.length && raw[at] == '-' && raw[at + 1] == '-' && raw[at + 4] == '-';
  }

  private static List<Cert> intermediates() {
    try (InputStream in = AmdCertificates.class.getResourceAsStream("amd-intermediates.pem")) {
      if (in == null) {
        throw new IllegalStateException("AMD's intermediate certificates are not in this build");
      }
      return List.copyOf(Cert.parseAll(in.readAllBytes(), PER_ITEM_MAX));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
