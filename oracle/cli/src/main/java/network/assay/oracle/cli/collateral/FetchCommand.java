package network.assay.oracle.cli.collateral;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import network.assay.oracle.collateral.CollateralCache;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.service.AmdKds;
import network.assay.oracle.collateral.service.Backoff;
import network.assay.oracle.collateral.service.IntelPcs;
import network.assay.oracle.collateral.service.NvidiaServices;
import network.assay.oracle.collateral.service.ServiceEndpoints;
import network.assay.oracle.collateral.service.ServiceHttp;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the vendors' services; the only command that uses a network, and only when called. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = "Asks the vendors' services and keeps the answers in the cache.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything that was asked for is in the cache",
      "2:a service refused or did not answer; what came before is kept",
      "3:the arguments are unusable"
    })
final class FetchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacheOptions options = new CacheOptions();

  @Option(
      names = "--tdx",
      paramLabel = "FMSPC",
      description = "Intel TDX: TCB info, TD QE identity, root CRL")
  private List<String> tdx = List.of();

  @Option(
      names = "--sgx",
      paramLabel = "FMSPC",
      description = "Intel SGX: TCB info, QE identity, root CRL")
  private List<String> sgx = List.of();

  @Option(
      names = "--ca",
      paramLabel = "CA",
      description = "whose PCK CRL for --tdx and --sgx: ${COMPLETION-CANDIDATES}; default: both")
  private List<IntelPcs.Ca> cas = List.of();

  @Option(
      names = "--amd",
      paramLabel = "PRODUCT",
      description = "AMD: chain and CRL of ${COMPLETION-CANDIDATES}")
  private List<AmdKds.Product> amd = List.of();

  @Option(names = "--signer", description = "AMD: ${COMPLETION-CANDIDATES}; default: vcek")
  private AmdKds.Signer signer = AmdKds.Signer.vcek;

  @Option(
      names = "--chip",
      paramLabel = "PRODUCT:CHIPID:BL,TEE,SNP,UCODE[,FMC]",
      description = "AMD: the certificate of one chip at one TCB")
  private List<String> chips = List.of();

  @Option(
      names = "--rim",
      paramLabel = "ID",
      description = "NVIDIA: a reference integrity manifest")
  private List<String> rims = List.of();

  @Option(
      names = "--evidence",
      paramLabel = "FILE",
      description = {
        "what this evidence needs: works out platform, chip, firmware and manifests from it,",
        "and asks OCSP with a nonce of its own"
      })
  private List<Path> evidence = List.of();

  @Option(names = "--intel-url", paramLabel = "URL", description = "PCS or a cache of it")
  private @Nullable URI intel;

  @Option(names = "--intel-root-crl-url", paramLabel = "URL", description = "Intel's root CRL, DER")
  private @Nullable URI intelRootCrl;

  @Option(names = "--amd-url", paramLabel = "URL", description = "KDS or a cache of it")
  private @Nullable URI amdUrl;

  @Option(names = "--rim-url", paramLabel = "URL", description = "NVIDIA's RIM service or a cache")
  private @Nullable URI rimUrl;

  @Option(names = "--ocsp-url", paramLabel = "URL", description = "NVIDIA's OCSP responder")
  private @Nullable URI ocspUrl;

  @Override
  public Integer call() {
    ServiceEndpoints at;
    try {
      at = endpoints();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    Instant now = Instant.now();
    List<CollateralCache.Entry> kept = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (ServiceHttp http = new ServiceHttp(Backoff.standard());
        CollateralCache cache = options.open()) {
      List<Question> questions = questions(http, at);
      if (questions.isEmpty()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "say what to fetch: --evidence, --tdx, --sgx, --amd, --chip or --rim");
      }
      for (Question question : questions) {
        try {
          question.ask(notes).forEach(item -> kept.add(cache.put(item, now)));
        } catch (CollateralException e) {
          notes.add("not fetched: " + e.getMessage());
        }
      }
      options.print(spec.commandLine().getOut(), kept, notes, now);
    } catch (CollateralException e) {
      spec.commandLine().getErr().println("unusable: " + e.getMessage());
      return CacheOptions.UNUSABLE;
    }
    return notes.isEmpty() ? CacheOptions.DONE : CacheOptions.UNANSWERED;
  }

  private ServiceEndpoints endpoints() {
    ServiceEndpoints vendors = ServiceEndpoints.vendors();
    return new ServiceEndpoints(
        intel == null ? vendors.intel() : intel,
        intelRootCrl == null ? vendors.intelRootCrl() : intelRootCrl,
        amdUrl == null ? vendors.amd() : amdUrl,
        rimUrl == null ? vendors.nvidiaRim() : rimUrl,
        ocspUrl == null ? vendors.nvidiaOcsp() : ocspUrl);
  }

  private List<Question> questions(ServiceHttp http, ServiceEndpoints at) {
    InstantSource clock = InstantSource.system();
    IntelPcs pcs = new IntelPcs(http, at, clock);
    AmdKds kds = new AmdKds(http, at, clock);
    NvidiaServices nvidia = new NvidiaServices(http, at, clock);
    List<Question> questions = new ArrayList<>();
    intel(questions, pcs, IntelPcs.Tee.TDX, tdx);
    intel(questions, pcs, IntelPcs.Tee.SGX, sgx);
    if (!questions.isEmpty()) {
      questions.add(notes -> pcs.rootCrl());
      List<IntelPcs.Ca> both = List.of(IntelPcs.Ca.PLATFORM, IntelPcs.Ca.PROCESSOR);
      (cas.isEmpty() ? both : cas).forEach(ca -> questions.add(notes -> pcs.pckCrl(ca)));
    }
    for (AmdKds.Product product : amd) {
      questions.add(notes -> List.of(kds.chain(signer, product)));
      questions.add(notes -> List.of(kds.crl(signer, product)));
    }
    chips.forEach(chip -> questions.add(notes -> List.of(chip(kds, chip))));
    rims.forEach(id -> questions.add(notes -> List.of(nvidia.rim(id))));
    evidence.forEach(file -> new EvidenceQuestions(pcs, kds, nvidia).of(file, questions));
    return questions;
  }

  private static void intel(
      List<Question> questions, IntelPcs pcs, IntelPcs.Tee tee, List<String> fmspcs) {
    fmspcs.forEach(fmspc -> questions.add(notes -> pcs.tcbInfo(tee, fmspc)));
    if (!fmspcs.isEmpty()) {
      questions.add(notes -> pcs.qeIdentity(tee));
    }
  }

  private static CollateralItem chip(AmdKds kds, String text) {
    String want = "PRODUCT:CHIPID:BL,TEE,SNP,UCODE[,FMC]";
    String[] parts = text.split(":", 4);
    String[] tcb = parts.length == 3 ? parts[2].split(",", 6) : new String[0];
    if (tcb.length < 4 || tcb.length > 5) {
      throw new CollateralException("WRONG_CHIP", text, want);
    }
    try {
      return kds.chip(
          AmdKds.Product.valueOf(parts[0]),
          HexFormat.of().parseHex(parts[1]),
          new AmdKds.Tcb(
              Integer.parseInt(tcb[0]),
              Integer.parseInt(tcb[1]),
              Integer.parseInt(tcb[2]),
              Integer.parseInt(tcb[3]),
              tcb.length == 5 ? Integer.parseInt(tcb[4]) : -1));
    } catch (IllegalArgumentException e) {
      throw new CollateralException("WRONG_CHIP", text, want, e);
    }
  }
}
