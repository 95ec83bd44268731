// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GemmEntry} from "../../../src/libraries/GemmEntry.sol";

/// @title The mistake: the seed of a chained round is taken from whoever proves it
contract ProversSeed {
    function isRight(bytes32 seedOfRound, uint256 n, uint32 i, uint32 j, int256 entry) external view returns (bool) {
        return GemmEntry.ofSeed(seedOfRound, n, i, j) == entry;
    }
}
