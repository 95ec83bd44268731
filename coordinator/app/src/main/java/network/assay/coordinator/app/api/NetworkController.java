package network.assay.coordinator.app.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import network.assay.coordinator.app.flow.Chain;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.flow.OfferDesk.Shown;
import network.assay.coordinator.app.store.NodeSays;
import network.assay.coordinator.match.Hardware;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/health} and {@code GET /v1/network}. */
@RestController
public class NetworkController {
  private static final int OFFERS_MAX = 500;

  private final Chain chain;
  private final OfferDesk desk;
  private final Supplier<HealthView> health;

  /**
   * How the coordinator does.
   *
   * @param level UP, DEGRADED or DOWN; unknown is DOWN
   * @param components one sentence each
   */
  public record HealthView(String level, Map<String, String> components) {}

  public NetworkController(Chain chain, OfferDesk desk, Supplier<HealthView> health) {
    this.chain = chain;
    this.desk = desk;
    this.health = health;
  }

  @GetMapping("/v1/health")
  ResponseEntity<HealthView> health() {
    HealthView view = health.get();
    return ResponseEntity.status(view.level().equals("DOWN") ? 503 : 200).body(view);
  }

  /** Whom one deals with here. A consumer's addresses come from his own address book, not hence. */
  @GetMapping("/v1/network")
  Map<String, Object> network() {
    Deployment at = chain.deployment();
    Chain.Bounds bounds = chain.bounds();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("chainId", String.valueOf(at.chainId()));
    out.put("chainTimeS", chain.nowS());
    out.put("matcher", chain.self().hex());
    out.put("market", at.market().hex());
    out.put("settlement", at.settlement().hex());
    out.put("committee", at.committee().hex());
    out.put("vault", at.vault().hex());
    out.put("devices", at.devices().hex());
    out.put(
        "token",
        Map.of("address", at.token().hex(), "name", at.tokenName(), "version", at.tokenVersion()));
    out.put("feeBps", bounds.feeBps());
    out.put("bucketS", bounds.bucketS());
    List<Map<String, Object>> offers = new ArrayList<>();
    desk.shown(OFFERS_MAX).forEach(shown -> offers.add(offer(shown)));
    out.put("offers", offers);
    return out;
  }

  private static Map<String, Object> offer(Shown shown) {
    Offer offer = shown.standing().offer();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("device", offer.device().hex());
    out.put("name", shown.standing().name());
    out.put("deviceClass", offer.deviceClass().hex());
    out.put("price", offer.price().toString());
    out.put("regions", offer.regions());
    out.put("grades", offer.grades());
    out.put("expiryS", offer.expiry());
    out.put("jobsLeft", shown.view().concurrentLeft());
    out.put("volumeLeft", shown.view().volumeLeft().toString());
    out.put("hardware", hardware(shown.standing().says()));
    out.put("models", shown.standing().models().stream().map(Bytes32::hex).sorted().toList());
    return out;
  }

  /** As the node says; empty members where it says nothing. */
  private static Map<String, Object> hardware(NodeSays says) {
    Hardware has = says.hardware();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("gpuModel", has.gpuModel());
    out.put("cards", says.uuids().isEmpty() ? 0 : has.cards());
    out.put("shared", has.shared());
    out.put("vramBytes", has.vramBytes());
    out.put("computeCapability", has.computeCapability() / 10 + "." + has.computeCapability() % 10);
    out.put("tee", has.tee().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    out.put("uuids", says.uuids());
    out.put("driver", says.driver());
    out.put("engines", says.engines());
    return out;
  }
}
