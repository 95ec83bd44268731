package network.assay.oracle.node.app;

import java.util.List;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.Json;
import network.assay.contracts.wire.OracleStatus;
import network.assay.oracle.node.OracleEngine;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Health and metrics for the operator's own tools, on loopback. */
@RestController
class HealthController {
  private final OracleEngine engine;

  HealthController(OracleEngine engine) {
    this.engine = engine;
  }

  /** What {@code /health} and {@code assay oracle status --json} show. */
  record View(
      String health,
      List<String> reasons,
      Address oracle,
      long epoch,
      long height,
      int round,
      int peersConnected,
      long chainBlock) {
    static View of(OracleStatus status) {
      return new View(
          status.getHealth(),
          List.copyOf(status.getReasonsList()),
          Address.of(status.getOracle().toByteArray()),
          status.getEpoch(),
          status.getHeight(),
          status.getRound(),
          status.getPeersConnected(),
          status.getChainBlock());
    }
  }

  /** 200 only when UP. */
  @GetMapping(path = "/health", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> health() {
    View view = View.of(engine.status());
    HttpStatus status = view.health().equals("UP") ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
    return ResponseEntity.status(status).body(Json.writePretty(view));
  }

  @GetMapping(path = "/metrics", produces = MediaType.TEXT_PLAIN_VALUE)
  String metrics() {
    return engine.metrics().text();
  }
}
