package network.assay.oracle.verify.attest.nvidia;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.OcspResponse;

/**
 * What came with the evidence or from the collateral's store, told apart by its bytes. Nothing in
 * it is believed. What cannot be read is left out: others may bring rubbish, and the missing piece
 * is then named.
 *
 * @param certificates of all chains
 * @param rims manifests that came with the evidence
 * @param answers OCSP responses that came with the evidence
 */
record Materials(
    List<Cert> certificates,
    List<Item> rims,
    List<OcspResponse> answers,
    Collateral collateral,
    List<Cert> deviceRoots,
    List<Cert> rimRoots) {
  /** 24 devices with chains of five. */
  private static final int CERTIFICATES_MAX = 128;

  private static final int CHAIN_MAX = 32;

  /** Key of the nonce that an answer was asked with, after the certificate's serial number. */
  static final String NONCE_OF = "nonce/";

  static Materials of(
      List<byte[]> attachments,
      Collateral collateral,
      TrustAnchors anchors,
      Recent<List<Cert>> chains) {
    List<Cert> certificates = new ArrayList<>();
    List<Item> rims = new ArrayList<>();
    List<OcspResponse> answers = new ArrayList<>();
    for (byte[] bytes : attachments) {
      if (Rim.looksLike(bytes)) {
        rims.add(Item.of(Kind.NVIDIA_RIM, Rim.BY_VERSION, bytes));
      } else if (OcspResponse.looksLike(bytes)) {
        parsed(bytes).ifPresent(answers::add);
      } else {
        addCertificates(bytes, certificates, chains);
      }
    }
    return new Materials(
        certificates,
        rims,
        answers,
        collateral,
        anchors.of(Anchor.NVIDIA_DEVICE),
        anchors.of(Anchor.NVIDIA_RIM));
  }

  private static void addCertificates(byte[] bytes, List<Cert> into, Recent<List<Cert>> chains) {
    try {
      String name = Hashes.sha256Hex(bytes);
      for (Cert cert : chains.get(name, () -> List.copyOf(Cert.parseAll(bytes, CHAIN_MAX)))) {
        if (into.size() < CERTIFICATES_MAX) {
          into.add(cert);
        }
      }
    } catch (AttestException e) {
      // No certificates: left out, and the chain is then missing.
    }
  }

  private static Optional<OcspResponse> parsed(byte[] bytes) {
    try {
      return Optional.of(OcspResponse.parse(bytes));
    } catch (AttestException e) {
      return Optional.empty();
    }
  }

  /** Answers for a certificate: those that came along, then the store's. */
  List<OcspResponse> answers(Cert cert) {
    List<OcspResponse> found = new ArrayList<>();
    String serial = serial(cert.serial());
    for (OcspResponse answer : answers) {
      if (answer.serials().contains(serial)) {
        found.add(answer);
      }
    }
    for (Item item : collateral.find(Kind.NVIDIA_OCSP, serial)) {
      if (found.size() < Collateral.CANDIDATES_MAX) {
        parsed(item.raw()).ifPresent(found::add);
      }
    }
    return found;
  }

  /** The nonce that the store's answer was asked with, where the store knows it. */
  Optional<byte[]> askedWith(Cert cert) {
    return collateral.find(Kind.NVIDIA_OCSP, NONCE_OF + serial(cert.serial())).stream()
        .map(Item::raw)
        .findFirst();
  }

  /** Lower-case hex without leading zeros, as the store's keys are. */
  static String serial(BigInteger serial) {
    return serial.toString(16);
  }

  /** Manifests that may be of an id or version. */
  List<Item> rims(List<String> ids, String version) {
    List<Item> found = new ArrayList<>(rims);
    for (String id : ids) {
      found.addAll(collateral.find(Kind.NVIDIA_RIM, id));
    }
    found.addAll(
        collateral.find(
            Kind.NVIDIA_RIM, Rim.BY_VERSION + version.toLowerCase(java.util.Locale.ROOT)));
    return found;
  }
}
