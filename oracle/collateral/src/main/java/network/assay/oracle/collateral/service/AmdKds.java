package network.assay.oracle.collateral.service;

import java.net.URI;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.Inspector;
import network.assay.oracle.verify.attest.Collateral.Kind;

/**
 * AMD's Key Distribution Service (publication 57230, "VCEK Certificate and KDS Interface
 * Specification"). It takes about one question in ten seconds of a caller; {@link Backoff} waits.
 */
public final class AmdKds {
  private final ServiceHttp http;
  private final ServiceEndpoints at;
  private final InstantSource clock;

  public AmdKds(ServiceHttp http, ServiceEndpoints at, InstantSource clock) {
    this.http = http;
    this.at = at;
    this.clock = clock;
  }

  /** Product lines with a chain of their own; the names are the service's. */
  public enum Product {
    Milan,
    Genoa,
    Turin;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whose key signed: the chip's own, or one that a cloud provider was lent. */
  public enum Signer {
    vcek,
    vlek
  }

  /**
   * A chip's firmware as its certificate is asked for.
   *
   * @param fmc only Turin has one; -1 for none
   */
  public record Tcb(int bootLoader, int tee, int snp, int microcode, int fmc) {
    String query(Product product) {
      Map<String, Integer> parts = new TreeMap<>();
      parts.put("blSPL", bootLoader);
      parts.put("teeSPL", tee);
      parts.put("snpSPL", snp);
      parts.put("ucodeSPL", microcode);
      if (product == Product.Turin) {
        parts.put("fmcSPL", fmc);
      }
      StringBuilder query = new StringBuilder();
      parts.forEach((name, value) -> {
        if (value < 0 || value > 255) {
          throw new CollateralException("WRONG_TCB", name + "=" + value, "0 to 255");
        }
        query.append(query.isEmpty() ? "" : "&").append(name).append('=');
        query.append(value < 10 ? "0" : "").append(value);
      });
      return query.toString();
    }
  }

  /**
   * The certificate of one chip at one TCB.
   *
   * @param chipId 64 bytes; of Turin the first 8
   */
  public CollateralItem chip(Product product, byte[] chipId, Tcb tcb) {
    int want = product == Product.Turin ? 8 : 64;
    if (chipId.length != want) {
      throw new CollateralException(
          "WRONG_CHIP_ID", chipId.length + " bytes", want + " bytes for " + product);
    }
    String path = product + "/" + HexFormat.of().formatHex(chipId) + "?" + tcb.query(product);
    URI uri = at.amd().resolve("/vcek/v1/" + path);
    return item(Kind.AMD_VCEK, HexFormat.of().formatHex(chipId), uri);
  }

  /** Intermediate and root of a product's signers. */
  public CollateralItem chain(Signer signer, Product product) {
    URI uri = at.amd().resolve("/" + signer + "/v1/" + product + "/cert_chain");
    return item(Kind.AMD_CERT_CHAIN, product.key(), uri);
  }

  /** What a product's root revoked. */
  public CollateralItem crl(Signer signer, Product product) {
    URI uri = at.amd().resolve("/" + signer + "/v1/" + product + "/crl");
    return item(Kind.AMD_CRL, product.key(), uri);
  }

  /** What a verifier without a network needs of a product, beside chips' certificates. */
  public List<CollateralItem> product(Signer signer, Product product) {
    return List.of(chain(signer, product), crl(signer, product));
  }

  private CollateralItem item(Kind kind, String key, URI uri) {
    CollateralItem item = Inspector.inspect(http.get(uri).body(), uri.toString(), clock.instant());
    if (item.kind() != kind || !item.key().equals(key)) {
      throw new CollateralException(
          "OTHER_ANSWER", item.kind() + " " + item.key() + " from " + uri, kind + " " + key);
    }
    return item;
  }
}
