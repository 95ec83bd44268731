// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GemmEntry} from "../../src/libraries/GemmEntry.sol";

/// @title The library behind a contract, compiled as src is, so that gas and bounds are those of the court
contract GemmHarness {
    function ofSeed(bytes32 seed, uint256 n, uint32 i, uint32 j) external view returns (int256) {
        return GemmEntry.ofSeed(seed, n, i, j);
    }

    function packedRow(bytes32 seed, uint8 matrix, uint32 row, uint256 n) external view returns (bytes memory) {
        return GemmEntry.packedRow(seed, matrix, row, n);
    }

    function dot(bytes memory a, bytes memory b) external pure returns (int256) {
        return GemmEntry.dot(a, b);
    }
}
