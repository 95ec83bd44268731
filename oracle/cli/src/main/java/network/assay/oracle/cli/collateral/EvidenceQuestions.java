package network.assay.oracle.cli.collateral;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.assay.oracle.cli.attest.Examiner;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.service.AmdKds;
import network.assay.oracle.collateral.service.IntelPcs;
import network.assay.oracle.collateral.service.NvidiaServices;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.compose.CollateralNeeds;
import network.assay.oracle.verify.attest.compose.Need;
import network.assay.oracle.verify.attest.nvidia.NvidiaNeeds;
import network.assay.oracle.verify.attest.snp.SnpProduct;
import network.assay.oracle.verify.attest.snp.TcbVersion;
import org.jspecify.annotations.Nullable;

/** What services are asked so that one piece of evidence can be verified without a network. */
final class EvidenceQuestions {
  private static final int NONCE_BYTES = 32;

  private final IntelPcs pcs;
  private final AmdKds kds;
  private final NvidiaServices nvidia;
  private final SecureRandom random = new SecureRandom();

  /** A certificate that stands in several chains is asked for once. */
  private final Set<Need> asked = new HashSet<>();

  EvidenceQuestions(IntelPcs pcs, AmdKds kds, NvidiaServices nvidia) {
    this.pcs = pcs;
    this.kds = kds;
    this.nvidia = nvidia;
  }

  /**
   * Adds the questions of a file.
   *
   * @throws CollateralException where it holds no evidence
   */
  void of(Path file, List<Question> into) {
    List<Need> needs;
    try {
      needs = CollateralNeeds.of(new Examiner().evidence(file));
    } catch (AttestException e) {
      throw new CollateralException(e.reason(), e.got() + " in " + file, e.want(), e);
    }
    if (needs.isEmpty()) {
      into.add(notes -> {
        notes.add(file.getFileName() + " needs nothing beside it");
        return List.of();
      });
    }
    needs.forEach(need -> {
      switch (need) {
        case Need.Intel intel -> intel(intel, into);
        case Need.Amd amd -> amd(amd, into);
        case Need.Manifest manifest -> into.add(notes -> manifest(manifest, notes));
        case Need.Status status -> into.add(notes -> status(status));
      }
    });
  }

  private void intel(Need.Intel need, List<Question> into) {
    IntelPcs.Tee tee = need.tdx() ? IntelPcs.Tee.TDX : IntelPcs.Tee.SGX;
    need.fmspc()
        .ifPresentOrElse(
            fmspc -> into.add(notes -> pcs.tcbInfo(tee, fmspc)),
            () ->
                into.add(notes -> {
                  notes.add(
                      "not fetched: TCB info, since the quote brings no PCK certificate; say --tdx or --sgx FMSPC");
                  return List.of();
                }));
    into.add(notes -> pcs.qeIdentity(tee));
    into.add(notes -> pcs.rootCrl());
    for (IntelPcs.Ca ca : IntelPcs.Ca.values()) {
      if (need.ca().isEmpty() || need.ca().get().equalsIgnoreCase(ca.name())) {
        into.add(notes -> pcs.pckCrl(ca));
      }
    }
  }

  private void amd(Need.Amd need, List<Question> into) {
    AmdKds.Signer signer = need.vlek() ? AmdKds.Signer.vlek : AmdKds.Signer.vcek;
    // Reports of version 2 do not say which; Turin has none of that version.
    List<SnpProduct> products =
        need.product().map(List::of).orElse(List.of(SnpProduct.MILAN, SnpProduct.GENOA));
    if (need.vlek()) {
      into.add(notes -> {
        notes.add("not fetched: the VLEK, which only the provider that it was lent to can fetch");
        return List.of();
      });
    } else {
      into.add(notes -> List.of(chip(need, products)));
    }
    for (SnpProduct product : products) {
      into.add(notes -> kds.product(signer, AmdKds.Product.valueOf(product.title())));
    }
  }

  private CollateralItem chip(Need.Amd need, List<SnpProduct> products) {
    @Nullable CollateralException last = null;
    for (SnpProduct product : products) {
      TcbVersion tcb = TcbVersion.of(need.reportedTcb(), product);
      try {
        return kds.chip(
            AmdKds.Product.valueOf(product.title()),
            need.chipId(),
            new AmdKds.Tcb(tcb.bootloader(), tcb.tee(), tcb.snp(), tcb.microcode(), tcb.fmc()));
      } catch (CollateralException e) {
        last = e;
      }
    }
    throw last == null ? new CollateralException("WRONG_CHIP", "no product", "one") : last;
  }

  /** A manifest under the first id that the service knows, and its signers' status. */
  private List<CollateralItem> manifest(Need.Manifest need, List<String> notes) {
    CollateralItem found = first(need.ids());
    List<CollateralItem> all = new ArrayList<>(List.of(found));
    try {
      for (Need signer : NvidiaNeeds.ofManifest(found.raw())) {
        if (signer instanceof Need.Status status) {
          all.addAll(status(status));
        }
      }
    } catch (AttestException e) {
      notes.add("not fetched: the status of a manifest's signers: " + e.getMessage());
    } catch (CollateralException e) {
      notes.add("not fetched: " + e.getMessage());
    }
    return all;
  }

  private CollateralItem first(List<String> ids) {
    @Nullable CollateralException last = null;
    for (String id : ids) {
      try {
        return nvidia.rim(id);
      } catch (CollateralException e) {
        last = e;
      }
    }
    throw last == null ? new CollateralException("WRONG_RIM_ID", "none", "one") : last;
  }

  private List<CollateralItem> status(Need.Status need) {
    if (!asked.add(need)) {
      return List.of();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return List.of(nvidia.ocsp(need.cert(), need.issuer(), nonce));
  }
}
