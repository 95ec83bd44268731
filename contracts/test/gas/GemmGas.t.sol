// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtWorld} from "../CourtWorld.sol";

/// @title What the proof of one entry costs: whole transactions, 21,000 and calldata included
/// @notice `node script/forge.mjs test --mc GemmGasTest -vv` prints the figures. The settlement here is of straw: what
/// the real one adds for slashing is in GasTest.
/// forge-config: default.isolate = true
contract GemmGasTest is CourtWorld {
    event log_named_uint(string name, uint256 value);

    function test_gas_n1024() public {
        _measure("n = 1,024 (keccak operands, entry alone: 65,000)", _work(JOB, 1_024, 2, 700, 800, 0), 240_000);
    }

    function test_gas_n8192() public {
        _measure("n = 8,192 (keccak operands, entry alone: 518,000)", _work(JOB, 8_192, 2, 7_000, 8_000, 0), 380_000);
    }

    function test_gas_n16384() public {
        _measure("n = 16,384 (goal 1,100,000)", _work(JOB, 16_384, 2, 16_000, 12_000, 0), 530_000);
    }

    function test_gas_n65536() public {
        _measure("n = 65,536", _work(JOB, 65_536, 2, 16_000, 65_000, 0), 1_450_000);
    }

    function test_gas_n8192_givenOperands() public {
        _measure("n = 8,192, operands given", _workOfGiven(JOB, 8_192, 8_000, 7_000, 0), 480_000);
    }

    function test_gas_panel() public {
        _challenge(JOB);
        _print("challenge before the panel", 200_000);
        _vote(JOB, 1, OK, PRICE, 7);
        _print("panel of three decides", 240_000);
    }

    function _measure(string memory name, Work memory work, uint256 ceiling) private {
        _demand(work);
        _print(string.concat("demand an opening, ", name), 230_000);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        _print(string.concat("answer and recompute, ", name), ceiling);
    }

    function _print(string memory name, uint256 ceiling) private {
        uint256 got = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint(name, got);
        assertLe(got, ceiling, name);
    }
}
