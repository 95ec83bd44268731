// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Mistake: revoking forgets a key, and so its old attestation makes it good again
contract ForgetfulVerifier {
    address private immutable ATTESTER;
    mapping(address key => bool) public isVerified;

    constructor(address attester) {
        ATTESTER = attester;
    }

    function verify(address key, bytes calldata attestation) external {
        require(
            ECDSA.recoverCalldata(keccak256(abi.encode(address(this), key)), attestation) == ATTESTER, "attestation"
        );
        isVerified[key] = true;
    }

    function revoke(address key) external {
        delete isVerified[key];
    }
}
