// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob, IDisputable} from "../src/interfaces/IDisputable.sol";

/// @title test/mocks/MockSettlement.sol, for tests, which import no implementation
interface IMockSettlement is IDisputable {
    function put(DisputedJob calldata job) external;
    function resolveUntilOf(uint64 jobId) external view returns (uint40);
    function lastRuling() external view returns (uint8 code, uint96 paid, address challenger, uint96 rewardMax);
}
