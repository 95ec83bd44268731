package network.assay.oracle.cli.attest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralFiles;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.Inspector;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.nvidia.Rim;
import network.assay.oracle.verify.attest.x509.Cert;

/**
 * A pile of files, each recognised by what is in it. What is recognised becomes collateral; the
 * rest (certificates of devices, event logs) may belong to evidence, and is offered to it.
 *
 * @param items recognised ones
 * @param others files that are no collateral of a known kind, and files of certificates
 * @param files how many files there were
 */
record Pile(List<CollateralItem> items, List<byte[]> others, int files) {
  private static final int FILES_MAX = 4096;
  private static final int DEPTH_MAX = 6;
  private static final int CERTIFICATES_MAX = 32;
  private static final long BYTES_MAX = 512L << 20;

  /** Nothing. */
  static Pile none() {
    return new Pile(List.of(), List.of(), 0);
  }

  /**
   * Reads files and folders.
   *
   * @param now for items that name no time of their own
   * @throws AttestException UNREADABLE, TOO_MANY_FILES
   */
  static Pile read(List<Path> paths, Instant now) {
    Set<Path> files = new LinkedHashSet<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> walk = Files.walk(path, DEPTH_MAX)) {
          walk.filter(Files::isRegularFile).sorted().limit(FILES_MAX + 1L).forEach(files::add);
        } catch (IOException e) {
          throw new AttestException("UNREADABLE", e.toString(), "a folder at " + path);
        }
      } else {
        files.add(path);
      }
    }
    if (files.size() > FILES_MAX) {
      throw new AttestException("TOO_MANY_FILES", files.size() + "", "at most " + FILES_MAX);
    }
    List<CollateralItem> items = new ArrayList<>();
    List<byte[]> others = new ArrayList<>();
    long total = 0;
    for (Path file : files) {
      total += sort(file, now, items, others);
      if (total > BYTES_MAX) {
        throw new AttestException("TOO_LONG", "more", BYTES_MAX + " bytes of collateral");
      }
    }
    return new Pile(List.copyOf(items), List.copyOf(others), files.size());
  }

  private static long sort(
      Path file, Instant now, List<CollateralItem> items, List<byte[]> others) {
    try {
      if (yaml(file)) {
        return unwrapped(file, now, items, others);
      }
      items.addAll(CollateralFiles.read(file, now).items());
      byte[] raw = Files.readAllBytes(file);
      addIfCertificates(raw, others);
      return raw.length;
    } catch (CollateralException e) {
      return unwrapped(file, now, items, others);
    } catch (IOException e) {
      throw new AttestException("UNREADABLE", e.toString(), "a file at " + file);
    }
  }

  /** Looked at first: PEM stands in it, too. */
  private static boolean yaml(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Yaml.looksLike(in.readNBytes(Yaml.LOOKED_AT));
    }
  }

  private static long unwrapped(
      Path file, Instant now, List<CollateralItem> items, List<byte[]> others) {
    byte[] raw;
    try {
      if (Files.size(file) > Evidence.RAW_BYTES_MAX) {
        return 0;
      }
      raw = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AttestException("UNREADABLE", e.toString(), "a file at " + file);
    }
    add(raw, String.valueOf(file.getFileName()), now, items, others);
    return raw.length;
  }

  /** Bytes that lay in a wrapping of evidence: sorted like a file's. */
  Pile with(List<byte[]> beside, Instant now) {
    if (beside.isEmpty()) {
      return this;
    }
    List<CollateralItem> more = new ArrayList<>(items);
    List<byte[]> rest = new ArrayList<>();
    for (byte[] bytes : beside) {
      try {
        more.add(Inspector.inspect(bytes, "beside the evidence", now));
        addIfCertificates(bytes, rest);
      } catch (CollateralException e) {
        add(bytes, "beside the evidence", now, more, rest);
      }
    }
    rest.addAll(others);
    return new Pile(List.copyOf(more), List.copyOf(rest), files);
  }

  private static void add(
      byte[] bytes, String name, Instant now, List<CollateralItem> items, List<byte[]> others) {
    byte[] raw = Yaml.looksLike(bytes) ? json(bytes) : bytes;
    List<byte[]> inner = new ArrayList<>(QuoteCollateral.parts(raw));
    inner.addAll(Unwrap.once(raw));
    boolean found = false;
    Set<String> seen = new LinkedHashSet<>();
    for (byte[] part : inner) {
      if (part.length > 0 && seen.add(Hashes.sha256Hex(part))) {
        found |= inspected(part, name, now, items, others);
      }
    }
    if (!found && raw.length > 0) {
      others.add(raw);
    }
  }

  private static byte[] json(byte[] yaml) {
    try {
      return Yaml.toJson(yaml);
    } catch (AttestException e) {
      // Another text that begins so.
      return yaml;
    }
  }

  /** A part as it is, or what its hex or base64 holds. */
  private static boolean inspected(
      byte[] bytes, String name, Instant now, List<CollateralItem> items, List<byte[]> others) {
    for (byte[] form : forms(bytes)) {
      try {
        items.add(Inspector.inspect(form, name, now));
        addIfCertificates(form, others);
        return true;
      } catch (CollateralException e) {
        // Not this; the file as a whole may still belong to evidence.
      }
    }
    return false;
  }

  private static List<byte[]> forms(byte[] bytes) {
    byte[] inner = Unwrap.text(bytes);
    return inner == null ? List.of(bytes) : List.of(bytes, inner);
  }

  /** Device chains are not collateral: they come with evidence. */
  private static void addIfCertificates(byte[] raw, List<byte[]> others) {
    try {
      if (!Cert.parseAll(raw, CERTIFICATES_MAX).isEmpty()) {
        others.add(raw);
      }
    } catch (AttestException e) {
      // Collateral of another kind.
    }
  }

  /** As verifiers ask for it: what holds at that time first, the newest of it first. */
  Collateral at(Instant at) {
    Comparator<CollateralItem> order =
        Comparator.comparing((CollateralItem item) -> !item.validity().covers(at))
            .thenComparing(item -> item.validity().from(), Comparator.reverseOrder());
    List<CollateralItem> ordered = items.stream().sorted(order).toList();
    List<Item> sorted = new ArrayList<>();
    ordered.forEach(item -> sorted.add(item.forVerifier()));
    // Behind all that its own name places there.
    ordered.forEach(item -> also(item, sorted));
    return Collateral.of(sorted);
  }

  /** Keys under which verifiers ask for loose files, beside those of a store. */
  private static void also(CollateralItem item, List<Item> into) {
    byte[] raw = item.raw();
    if (item.kind() == Kind.NVIDIA_RIM) {
      try {
        String version = Rim.parse(raw).version().toLowerCase(Locale.ROOT);
        into.add(Item.of(Kind.NVIDIA_RIM, Rim.BY_VERSION + version, raw));
      } catch (AttestException e) {
        // No manifest that a verifier could read: it is missing, then.
      }
    } else if (item.kind() == Kind.AMD_VCEK && !item.key().equals("vcek")) {
      into.add(Item.of(Kind.AMD_VCEK, "vcek", raw, item.issuerChain()));
    } else if (item.kind() == Kind.TPM_AK_CHAIN) {
      // The first certificate of the file was none that says what the file is.
      if (names(raw, "SGX TCB Signing")) {
        into.add(Item.of(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", raw, item.issuerChain()));
      } else if (names(raw, "Intel SGX")) {
        into.add(Item.of(Kind.INTEL_PCK_CHAIN, "pck", raw, item.issuerChain()));
      }
    }
  }

  private static boolean names(byte[] raw, String part) {
    try {
      return Cert.parseAll(raw, CERTIFICATES_MAX).stream()
          .anyMatch(cert -> cert.commonName().contains(part));
    } catch (AttestException e) {
      return false;
    }
  }

  /** Attachments for evidence: its own first, then the pile's, as many as are taken. */
  List<byte[]> attachments(List<byte[]> own) {
    Set<String> seen = new LinkedHashSet<>();
    List<byte[]> all = new ArrayList<>();
    Stream.concat(own.stream(), others.stream())
        .filter(bytes -> bytes.length <= Evidence.RAW_BYTES_MAX)
        .filter(bytes -> seen.add(Hashes.sha256Hex(bytes)))
        .limit(Evidence.ATTACHMENTS_MAX)
        .forEach(all::add);
    return all;
  }
}
