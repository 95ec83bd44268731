// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobBook} from "./JobBook.sol";
import {JobDisputes} from "./JobDisputes.sol";
import {JobRunning} from "./JobRunning.sol";
import {JobSwitches} from "./JobSwitches.sol";
import {JobViews} from "./JobViews.sol";

/// @title The part of the JobMarket's code that has no room in its 24,576 bytes
/// @dev The JobMarket makes it in its constructor, with its own wiring and parameters, and runs it by delegatecall: in
/// the market's storage, address and EIP-712 domain, which the base contract recomputes where the address is another.
/// Both begin their storage with JobBook's, and add none. Called directly it works on its own empty storage, and no
/// module knows it.
contract JobExits is JobRunning, JobViews, JobSwitches, JobDisputes {
    constructor(Wiring memory wiring, Params memory params_) JobBook(wiring, params_) {}
}
