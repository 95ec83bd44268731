// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleStake, OracleRegistration, OracleWorld} from "../OracleWorld.sol";

/// @title vectors/eip712/OracleRegistration.json: the contract takes the vector's own signature
contract OracleVectorsTest is OracleWorld {
    function test_oracleRegistration_isTakenWithTheVectorsSignature() public {
        (IOracleStake there, OracleRegistration memory message, bytes memory signed) = _vector();
        vm.prank(message.operator);
        there.register(message, BOND, signed);
        (address holder, uint96 staked,,,) = there.bondOf(message.key);
        assertEq(holder, message.operator);
        assertEq(staked, BOND);
    }

    function test_oracleRegistration_isRefusedWithOneBitChanged() public {
        (IOracleStake there, OracleRegistration memory message, bytes memory signed) = _vector();
        message.expiry ^= 1;
        vm.prank(message.operator);
        vm.expectPartialRevert(IOracleStake.WrongKeySignature.selector);
        there.register(message, BOND, signed);
    }

    function _vector() private returns (IOracleStake there, OracleRegistration memory message, bytes memory signed) {
        string memory json = vm.readFile("vectors/eip712/OracleRegistration.json");
        there = IOracleStake(vm.parseJsonAddress(json, ".domain.verifyingContract"));
        vm.etch(address(there), address(oracleStake).code);
        _addModule(address(there));
        message = abi.decode(vm.parseJsonBytes(json, ".words"), (OracleRegistration));
        _fundCredit(message.operator, BOND);
        signed = vm.parseJsonBytes(json, ".signature");
    }
}
