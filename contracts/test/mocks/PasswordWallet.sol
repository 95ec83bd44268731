// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title An ERC-1271 wallet whose signature is its owner's, behind one byte: so it never has 65 bytes
contract PasswordWallet is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool good =
            signature.length == 66 && signature[0] == 0x01 && ECDSA.recoverCalldata(hash, signature[1:]) == _owner;
        return good ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @dev For deposits and approvals.
    function run(address target, bytes calldata data) external {
        if (msg.sender != _owner) revert();
        (bool done,) = target.call(data);
        if (!done) revert();
    }
}
