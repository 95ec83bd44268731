package network.assay.oracle.verify.attest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What vendors publish about their hardware, as raw bytes exactly as delivered; nothing in it is
 * believed before its signature is checked. Implementations hold it in memory and answer at once.
 */
public interface Collateral {

  /** Most items of one kind and key that a verifier looks at; more are ignored. */
  int CANDIDATES_MAX = 16;

  /** What a thing is; the comment says what its key is. */
  enum Kind {
    /** JSON as PCS sends it; key: FMSPC, 12 lower-case hex digits. */
    INTEL_TCB_INFO_SGX,
    /** JSON as PCS sends it; key: FMSPC, 12 lower-case hex digits. */
    INTEL_TCB_INFO_TDX,
    /** JSON as PCS sends it; key: "QE", "TD_QE" or "QVE". */
    INTEL_QE_IDENTITY,
    /** DER or PEM; key: "platform" or "processor". */
    INTEL_PCK_CRL,
    /** DER or PEM; key: "root". */
    INTEL_ROOT_CRL,
    /** One or more certificates, PEM or DER, leaf first; key: "tcb-signing". */
    INTEL_TCB_SIGNING_CHAIN,
    /** PCK leaf and intermediate, PEM or DER; key: "pck". For quotes without their chain. */
    INTEL_PCK_CHAIN,
    /** ASK or ASVK with the ARK, PEM or DER; key: "milan", "genoa", "turin". */
    AMD_CERT_CHAIN,
    /** VCEK, PEM or DER; key: chip id, lower-case hex, or "vcek". */
    AMD_VCEK,
    /** VLEK, PEM or DER; key: "vlek". */
    AMD_VLEK,
    /** DER; key: "milan", "genoa", "turin". */
    AMD_CRL,
    /** XML (or CoRIM) as the RIM service sends it; key: the RIM's id. */
    NVIDIA_RIM,
    /** DER OCSP response; key: serial number of the certificate, lower-case hex. */
    NVIDIA_OCSP,
    /** AK certificate and its issuers; key: "ak". */
    TPM_AK_CHAIN,
    /** DER; key: the issuer's common name. */
    TPM_CRL
  }

  /**
   * One thing with the certificates that were delivered with it.
   *
   * @param sha256 of {@code raw}, lower-case hex, worked out once
   * @param issuerChain PEM or DER, as delivered (PCS sends it in a header); may be empty
   */
  record Item(Kind kind, String key, byte[] raw, String sha256, List<byte[]> issuerChain) {

    /** TCB info is some 30 kB, a RIM 20 kB, a CRL of a large vendor under 1 MB. */
    public static final int RAW_BYTES_MAX = 2 << 20;

    /** Bounds before anything is parsed. */
    public Item {
      if (raw.length == 0 || raw.length > RAW_BYTES_MAX) {
        throw new AttestException(
            "COLLATERAL_SIZE", raw.length + " bytes", "1 to " + RAW_BYTES_MAX + " bytes");
      }
      issuerChain = List.copyOf(issuerChain);
    }

    /** An item; its hash is worked out here. */
    public static Item of(Kind kind, String key, byte[] raw, List<byte[]> issuerChain) {
      return new Item(kind, key, raw, Hashes.sha256Hex(raw), issuerChain);
    }

    /** An item without certificates. */
    public static Item of(Kind kind, String key, byte[] raw) {
      return of(kind, key, raw, List.of());
    }
  }

  /** All items of a kind and key, the preferred first; empty where there is none. */
  List<Item> find(Kind kind, String key);

  /** Nothing at all. */
  static Collateral none() {
    return (kind, key) -> List.of();
  }

  /** What is in a list, in its order. */
  static Collateral of(List<Item> items) {
    Map<String, List<Item>> byKey = new LinkedHashMap<>();
    for (Item item : items) {
      byKey.computeIfAbsent(item.kind() + "/" + item.key(), k -> new ArrayList<>()).add(item);
    }
    byKey.replaceAll((key, found) -> List.copyOf(found));
    return (kind, key) -> byKey.getOrDefault(kind + "/" + key, List.of());
  }
}
