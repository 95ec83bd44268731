// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Shares of amounts in 1/10,000
library Bps {
    uint256 internal constant ONE = 10_000;

    /// @dev amount·bps stays below 2^128.
    function up(uint96 amount, uint32 bps) internal pure returns (uint96) {
        return SafeCast.toUint96(Math.ceilDiv(uint256(amount) * bps, ONE));
    }

    function down(uint96 amount, uint32 bps) internal pure returns (uint96) {
        return SafeCast.toUint96(uint256(amount) * bps / ONE);
    }
}
